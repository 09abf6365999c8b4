import type { Connection, Row } from './engine.ts';
import type { ActorKind, ChangeKind } from './schema.ts';
import {
  type AnyStatement,
  type CustomerWrite,
  type Dialect,
  type IndexWrite,
  type ReadStatement,
  type Statement,
  systemStatement,
  type TagWrite,
  type Value,
  type WriteStatement,
} from './statement.ts';

/** Who writes. */
export interface Actor {
  readonly kind: ActorKind;
  readonly id: number | null;
}

/** On whose behalf a write is made: whose data, and by whom. */
export interface Principal {
  readonly clientId: number;
  readonly actor: Actor;
}

/** The old and the new value of each field that changed, under its name on the wire; what was not there is `null`. */
export type Changed = Readonly<Record<string, readonly [before: unknown, after: unknown]>>;

/** Where a change stands in the order of its client. */
export interface Stamp {
  readonly customerId: number;
  readonly changeNumber: number;
  /** Milliseconds since 1970; never before that of an earlier change. */
  readonly changedAt: number;
}

/** The counters of a client, taken from its row under its lock. */
export interface Counters {
  customerId: number;
  clientTypeId: number;
  keyId: number;
  webhookId: number;
  importId: number;
  changeNumber: number;
  changedAt: number;
}

type Parameters = Readonly<Record<string, Value>>;

export function bind(statement: AnyStatement, dialect: Dialect, parameters: Parameters): Value[] {
  return statement.compiled[dialect].names.map((name) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`The parameter ${name} is missing`);
    return value;
  });
}

/** Reads the data of one client. */
export class ReadTransaction {
  readonly clientId: number;
  readonly dialect: Dialect;
  #connection: Connection | undefined;

  constructor(connection: Connection, dialect: Dialect, clientId: number) {
    this.#connection = connection;
    this.dialect = dialect;
    this.clientId = clientId;
  }

  protected get connection(): Connection {
    if (this.#connection === undefined) throw new Error('The transaction is over');
    return this.#connection;
  }

  /** The first row of a query, if there is one. */
  async get<P, R>(statement: ReadStatement<P, R>, parameters: P): Promise<R | undefined> {
    const values = this.values(statement, parameters as Parameters);
    return (await this.connection.get(statement.compiled[this.dialect], values)) as R | undefined;
  }

  /** All rows of a query. */
  async all<P, R>(statement: ReadStatement<P, R>, parameters: P): Promise<R[]> {
    const values = this.values(statement, parameters as Parameters);
    return (await this.connection.all(statement.compiled[this.dialect], values)) as Row[] as R[];
  }

  protected values(statement: AnyStatement, parameters: Parameters): Value[] {
    return bind(statement, this.dialect, { ...parameters, clientId: this.clientId });
  }

  /** From here on every use is an error. */
  end(): void {
    this.#connection = undefined;
  }
}

/** Reads and writes the index of the search: what can be made from the records again, and so needs no lock of the client. */
export class IndexTransaction extends ReadTransaction {
  async run<P>(statement: IndexWrite<P>, parameters: P): Promise<void> {
    this.connection.run(statement.compiled[this.dialect], this.values(statement, parameters as Parameters));
  }
}

/** Writes the data of one client, under its lock. */
export class WriteTransaction extends ReadTransaction {
  readonly #counters: Promise<Counters> | Counters;
  readonly #actor: Actor;
  #taken: Counters | undefined;
  #hasWritten = false;
  /** The records of changes that are yet to be written: together they cost a network less than each by itself. */
  #records: Parameters[] = [];

  constructor(connection: Connection, dialect: Dialect, principal: Principal, counters: Promise<Counters> | Counters) {
    super(connection, dialect, principal.clientId);
    this.#counters = counters;
    this.#actor = principal.actor;
  }

  /** The counters with the numbers that this write took; nothing when it took none. */
  get taken(): Counters | undefined {
    return this.#taken;
  }

  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  override get<P, R>(statement: ReadStatement<P, R>, parameters: P): Promise<R | undefined> {
    this.writeRecords();
    return super.get(statement, parameters);
  }

  override all<P, R>(statement: ReadStatement<P, R>, parameters: P): Promise<R[]> {
    this.writeRecords();
    return super.all(statement, parameters);
  }

  /** Writes the records of the changes so far. */
  writeRecords(): void {
    for (const record of this.#records.splice(0)) this.#execute(insertChange, record);
  }

  /** The next number of a thing that the client counts. */
  async next(counter: 'clientTypeId' | 'keyId' | 'webhookId' | 'importId'): Promise<number> {
    const counters = await this.#take();
    counters[counter] += 1;
    return counters[counter];
  }

  async #take(): Promise<Counters> {
    this.#taken ??= { ...(await this.#counters) };
    return this.#taken;
  }

  /** Writes what belongs to the client beside the record. */
  async run<P>(statement: WriteStatement<P>, parameters: P): Promise<void> {
    this.#execute(statement, parameters as Parameters);
  }

  /** Makes a customer, and the record of it. */
  async create<P>(
    changed: Changed,
    statement: CustomerWrite<P>,
    parameters: P,
    tags: readonly TagChange[] = [],
  ): Promise<Stamp> {
    const counters = await this.#take();
    counters.customerId += 1;
    return this.change('created', counters.customerId, changed, statement, parameters, tags);
  }

  /**
   * Changes a customer, and makes the record of it. `statement` sets the stamp on the customer's row; `tags` are
   * run after it, in their order.
   */
  async change<P>(
    kind: ChangeKind,
    customerId: number,
    changed: Changed,
    statement: CustomerWrite<P>,
    parameters: P,
    tags: readonly TagChange[] = [],
  ): Promise<Stamp> {
    const counters = await this.#take();
    counters.changeNumber += 1;
    // The machine's clock may have been set back; the order of changes may not.
    counters.changedAt = Math.max(counters.changedAt, Date.now());
    const stamp = { customerId, changeNumber: counters.changeNumber, changedAt: counters.changedAt };
    this.#execute(statement, { ...(parameters as Parameters), ...stamp });
    for (const tag of tags) this.#execute(tag.statement, { ...tag.parameters, ...stamp });
    this.#records.push({
      ...stamp,
      kind,
      byKind: this.#actor.kind,
      byId: this.#actor.id,
      changed: JSON.stringify(changed),
    });
    return stamp;
  }

  /** Forgets the changes up to one. */
  async prune(upTo: number): Promise<void> {
    this.writeRecords();
    this.#execute(deleteChanges, { upTo });
    this.#execute(savePruned, { upTo });
  }

  #execute(statement: AnyStatement, parameters: Parameters): void {
    this.#hasWritten = true;
    this.connection.run(statement.compiled[this.dialect], this.values(statement, parameters));
  }
}

/** Reaches the clients themselves, for the command and for the start of the service. */
export class InstallationTransaction {
  readonly #connection: Connection;
  readonly #dialect: Dialect;

  constructor(connection: Connection, dialect: Dialect) {
    this.#connection = connection;
    this.#dialect = dialect;
  }

  async all<P, R>(statement: Statement<P, R>, parameters: P): Promise<R[]> {
    const values = bind(statement, this.#dialect, parameters as Parameters);
    return (await this.#connection.all(statement.compiled[this.#dialect], values)) as Row[] as R[];
  }

  async run<P>(statement: Statement<P, never>, parameters: P): Promise<void> {
    const values = bind(statement, this.#dialect, parameters as Parameters);
    this.#connection.run(statement.compiled[this.#dialect], values);
  }
}

/** A statement that writes client-types of a customer, with its parameters. */
export interface TagChange {
  readonly statement: AnyStatement;
  readonly parameters: Parameters;
}

/** Pairs a statement with its parameters, and checks that they fit. */
export function tagChange<P extends object>(statement: TagWrite<P>, parameters: P): TagChange {
  return { statement, parameters: parameters as Parameters };
}

interface ChangeRow extends Stamp {
  clientId: number;
  kind: ChangeKind;
  byKind: ActorKind;
  byId: number | null;
  changed: string;
}

const insertChange = systemStatement<ChangeRow>((db, p) =>
  db.insertInto('customer_change').values({
    client_id: p.clientId,
    change_number: p.changeNumber,
    customer_id: p.customerId,
    kind: p.kind,
    changed_at: p.changedAt,
    by_kind: p.byKind,
    by_id: p.byId,
    changed: p.changed,
  }),
);

const deleteChanges = systemStatement<{ clientId: number; upTo: number }>((db, p) =>
  db.deleteFrom('customer_change').where('client_id', '=', p.clientId).where('change_number', '<=', p.upTo),
);

const savePruned = systemStatement<{ clientId: number; upTo: number }>((db, p) =>
  db.updateTable('client_counter').set({ pruned_change_number: p.upTo }).where('client_id', '=', p.clientId),
);
