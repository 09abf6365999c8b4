import { isDeepStrictEqual } from 'node:util';
import { type Connection, forUpdate, Unavailable } from './engine.ts';
import { type Dialect, systemStatement } from './statement.ts';
import { bind, type Counters, type Principal, WriteTransaction } from './transaction.ts';

interface Held {
  readonly counters: Counters;
  readonly saved: Counters;
}

/** Writes that are committed together. Each client's row is locked and read once, and written back once. */
export class Group {
  readonly #connection: Connection;
  readonly #dialect: Dialect;
  readonly #clients = new Map<number, Held>();

  constructor(connection: Connection, dialect: Dialect) {
    this.#connection = connection;
    this.#dialect = dialect;
  }

  /** Runs one write in a savepoint: when it rejects, the group goes on as if it had never been. */
  async write<T>(principal: Principal, fn: (tx: WriteTransaction) => Promise<T>): Promise<T> {
    const { counters } = await this.#hold(principal.clientId);
    const before = { ...counters };
    const tx = new WriteTransaction(this.#connection, this.#dialect, principal, counters);
    await this.#connection.command('savepoint one_write');
    try {
      const result = await fn(tx);
      await this.#connection.command('release savepoint one_write');
      return result;
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      await this.#undo();
      // Numbers that were given out in vain are given out again: there are no gaps.
      Object.assign(counters, before);
      throw error;
    } finally {
      tx.end();
    }
  }

  async #undo(): Promise<void> {
    try {
      await this.#connection.command('rollback to savepoint one_write');
      await this.#connection.command('release savepoint one_write');
    } catch (cause) {
      // The transaction is gone, and with it what the others of the group wrote.
      throw new Unavailable('failed', { cause });
    }
  }

  /** Writes the counters back. */
  async finish(): Promise<void> {
    for (const [clientId, { counters, saved }] of this.#clients) {
      if (isDeepStrictEqual(counters, saved)) continue;
      const values = bind(saveCounters, this.#dialect, { ...counters, clientId });
      await this.#connection.run(saveCounters.compiled[this.#dialect], values);
    }
  }

  async #hold(clientId: number): Promise<Held> {
    const held = this.#clients.get(clientId);
    if (held !== undefined) return held;
    const values = bind(lockClient, this.#dialect, { clientId });
    const row = await this.#connection.get(lockClient.compiled[this.#dialect], values);
    if (row === undefined) throw new Error('There is no such client');
    const counters = { ...row } as unknown as Counters;
    const taken = { counters, saved: { ...counters } };
    this.#clients.set(clientId, taken);
    return taken;
  }
}

const lockClient = systemStatement<{ clientId: number }, Counters>((db, p, dialect) =>
  db
    .selectFrom('client')
    .select([
      'last_customer_id as customerId',
      'last_client_type_id as clientTypeId',
      'last_key_id as keyId',
      'last_change_number as changeNumber',
      'last_changed_at as changedAt',
    ])
    .where('client_id', '=', p.clientId)
    .modifyEnd(forUpdate(dialect)),
);

const saveCounters = systemStatement<Counters & { clientId: number }>((db, p) =>
  db
    .updateTable('client')
    .set({
      last_customer_id: p.customerId,
      last_client_type_id: p.clientTypeId,
      last_key_id: p.keyId,
      last_change_number: p.changeNumber,
      last_changed_at: p.changedAt,
    })
    .where('client_id', '=', p.clientId),
);
