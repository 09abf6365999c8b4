/** Group commit: writes of one transaction, each in a savepoint, and the counters of their clients. */
import { isDeepStrictEqual } from 'node:util';
import type { Connection, Trace } from '../connection.ts';
import { type Counters, counterColumns } from '../counters.ts';
import { forUpdate, ownTransaction, transactionOf } from '../dialect/expressions.ts';
import { type Dialect, systemStatement } from '../statement.ts';
import { Unavailable } from '../unavailable.ts';
import type { ChangeRow, Principal } from './change.ts';
import { bind, type Parameters } from './read.ts';
import { WriteTransaction } from './write.ts';

interface Held {
  /** The counters in the row. */
  readonly saved: Promise<Counters>;
  /** The counters after the writes of the group. */
  now: Promise<Counters> | Counters;
  hasWritten: boolean;
  /** The last change. */
  last: Parameters | undefined;
}

/** The result of a group. */
export interface Finished {
  /** The clients with changes, and the number of the last change of each. */
  readonly changed: ReadonlyMap<number, number>;
  readonly trace: Trace;
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

  /** Runs one write of several in a savepoint: if it rejects, the group goes on as if it had never been. */
  async write<T>(principal: Principal, fn: (tx: WriteTransaction) => Promise<T>): Promise<T> {
    this.#hold(principal.clientId);
    this.#connection.command('savepoint one_write');
    try {
      const result = await this.writeAlone(principal, fn);
      this.#connection.command('release savepoint one_write');
      return result;
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      this.#undo();
      throw error;
    }
  }

  /** Runs the only write of the transaction: if it rejects, nothing may be committed. */
  async writeAlone<T>(principal: Principal, fn: (tx: WriteTransaction) => Promise<T>): Promise<T> {
    const held = this.#hold(principal.clientId);
    const tx = new WriteTransaction(this.#connection, this.#dialect, principal, held.now);
    try {
      const result = await fn(tx);
      tx.writeRecords();
      // The numbers that a rejected write took are used again: there are no gaps.
      if (tx.taken !== undefined) held.now = tx.taken;
      held.hasWritten ||= tx.hasWritten;
      held.last = tx.lastRecord ?? held.last;
      return result;
    } finally {
      tx.end();
    }
  }

  #undo(): void {
    try {
      this.#connection.command('rollback to savepoint one_write');
      this.#connection.command('release savepoint one_write');
    } catch (cause) {
      // The transaction is gone, with what the others in the group wrote.
      throw new Unavailable('failed', { cause });
    }
  }

  /** Writes the counters back. */
  async finish(): Promise<Finished> {
    const changed = new Map<number, number>();
    let trace: Trace = 'none';
    for (const [clientId, { now, saved, hasWritten, last }] of this.#clients) {
      const [counters, before] = [await now, await saved];
      // Across a network the row is also the trace of writes that take no number.
      const isSame = isDeepStrictEqual(counters, before);
      if (isSame && (this.#dialect === 'sqlite' || !hasWritten)) continue;
      const values = bind(saveCounters, this.#dialect, { ...counters, clientId });
      this.#connection.run(saveCounters.compiled[this.#dialect], values);
      const isChange = counters.changeNumber !== before.changeNumber;
      if (isChange) changed.set(clientId, counters.changeNumber);
      trace =
        last === undefined
          ? this.#traceOfCounters({ ...counters, clientId })
          : this.#traceOfChange({ ...last, clientId });
    }
    return { changed, trace };
  }

  #traceOfChange(record: Parameters): Trace {
    const { [this.#dialect]: statement } = changeRow.compiled;
    return { statement, values: bind(changeRow, this.#dialect, record), isLasting: true };
  }

  #traceOfCounters(counters: Counters & { clientId: number }): Trace {
    const { [this.#dialect]: statement } = counterRow.compiled;
    const values = bind(counterRow, this.#dialect, { ...counters });
    return { statement, values, isLasting: false, xid: counters.xid };
  }

  /** Locks a client's row, at the first call for it. A write that needs no number does not wait for the answer. */
  #hold(clientId: number): Held {
    let held = this.#clients.get(clientId);
    if (held === undefined) {
      const saved = this.#lock(clientId);
      // `finish` reports the failure, even if no write asked for a number.
      saved.catch(() => {});
      held = { saved, now: saved, hasWritten: false, last: undefined };
      this.#clients.set(clientId, held);
    }
    return held;
  }

  async #lock(clientId: number): Promise<Counters> {
    const values = bind(lockClient, this.#dialect, { clientId });
    const row = await this.#connection.get(lockClient.compiled[this.#dialect], values);
    if (row === undefined) throw new Error('There is no such client');
    return row as unknown as Counters;
  }
}

const lockClient = systemStatement<{ clientId: number }, Counters>((db, p, dialect) =>
  db
    .selectFrom('client_counter')
    .select(counterColumns.map(([counter, column]) => `${column} as ${counter}` as const))
    .select(ownTransaction(dialect).as('xid'))
    .where('client_id', '=', p.clientId)
    .modifyEnd(forUpdate(dialect)),
);

const saveCounters = systemStatement<Counters & { clientId: number }>((db, p) =>
  db
    .updateTable('client_counter')
    .set(Object.fromEntries(counterColumns.map(([counter, column]) => [column, p[counter]])))
    .where('client_id', '=', p.clientId),
);

/**
 * The last change of a group, with all that it says: no other transaction writes it. (The number of the transaction is
 * not in the row when it was written behind a savepoint.)
 */
const changeRow = systemStatement<ChangeRow, { number: number }>((db, p) =>
  db
    .selectFrom('customer_change')
    .select('change_number as number')
    .where('client_id', '=', p.clientId)
    .where('change_number', '=', p.changeNumber)
    .where('customer_id', '=', p.customerId)
    .where('kind', '=', p.kind)
    .where('changed_at', '=', p.changedAt)
    .where('by_kind', '=', p.byKind)
    .where((eb) => eb('by_id', 'is not distinct from', p.byId))
    .where('changed', '=', p.changed),
);

const counterRow = systemStatement<Counters & { clientId: number }, { xid: string }>((db, p, dialect) =>
  db
    .selectFrom('client_counter')
    .select(transactionOf(dialect).as('xid'))
    .where('client_id', '=', p.clientId)
    .where('last_change_number', '=', p.changeNumber),
);
