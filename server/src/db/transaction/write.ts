/** The write transaction. A record is written only through `create` and `change`, which write its history too. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Connection } from '../connection.ts';
import type { Counters, Numbered } from '../counters.ts';
import type { ChangeKind } from '../schema.ts';
import type { AnyStatement, CustomerWrite, Dialect, ReadStatement, WriteStatement } from '../statement.ts';
import {
  type Actor,
  type Changed,
  type DetailChange,
  deleteChanges,
  insertChange,
  type Principal,
  savePruned,
} from './change.ts';
import { nextStamp, type Stamp } from './clock.ts';
import { type Parameters, ReadTransaction } from './read.ts';

/** How many changes are sent together: the inserts of so many are one statement. */
const SENT_TOGETHER = 64;

/** The changes of one write, by their numbers. */
export interface Changes {
  readonly first: number;
  readonly last: number;
}

/** Writes the data of one client, under its lock. */
export class WriteTransaction extends ReadTransaction {
  readonly #counters: Promise<Counters> | Counters;
  readonly #actor: Actor;
  #taken: Counters | undefined;
  #firstChange: number | undefined;
  #hasWritten = false;
  #lastRecord: Parameters | undefined;
  /**
   * The details and the records of changes that are not written yet: across a network they cost less together than one
   * by one.
   */
  #details: [statement: AnyStatement, parameters: Parameters][] = [];
  #records: Parameters[] = [];

  constructor(connection: Connection, dialect: Dialect, principal: Principal, counters: Promise<Counters> | Counters) {
    super(connection, dialect, principal.clientId);
    this.#counters = counters;
    this.#actor = principal.actor;
  }

  /** The counters with the numbers that this write took; `undefined` if it took none. */
  get taken(): Counters | undefined {
    return this.#taken;
  }

  /** The numbers of the changes so far; `undefined` if there are none. */
  get changes(): Changes | undefined {
    const [first, last] = [this.#firstChange, this.#taken?.changeNumber];
    return first === undefined || last === undefined ? undefined : { first, last };
  }

  /** The last change that this write made. */
  get lastRecord(): Parameters | undefined {
    return this.#lastRecord;
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

  /**
   * Called after each customer of many: from time to time it has PostgreSQL begin with the statements so far, while
   * more are made, and gives others their turn.
   */
  async sendSome(): Promise<void> {
    if (this.dialect === 'sqlite' || this.#records.length < SENT_TOGETHER) return;
    this.writeRecords();
    await turn();
  }

  /** Writes the details and the records of the changes so far. */
  writeRecords(): void {
    for (const [statement, parameters] of this.#details.splice(0)) this.#execute(statement, parameters);
    for (const record of this.#records.splice(0)) this.#execute(insertChange, record);
  }

  /** The next number of a kind of thing that the client counts. */
  async next(counter: Numbered): Promise<number> {
    const counters = await this.#take();
    counters[counter] += 1;
    return counters[counter];
  }

  async #take(): Promise<Counters> {
    this.#taken ??= { ...(await this.#counters) };
    return this.#taken;
  }

  /** Writes what belongs to the client other than the record. */
  async run<P>(statement: WriteStatement<P>, parameters: P): Promise<void> {
    this.writeRecords();
    this.#execute(statement, parameters as Parameters);
  }

  /** Creates a customer, and the record of its change. */
  async create<P>(
    changed: Changed,
    statement: CustomerWrite<P>,
    parameters: P,
    details: readonly DetailChange[] = [],
  ): Promise<Stamp> {
    const counters = await this.#take();
    counters.customerId += 1;
    return this.change('created', counters.customerId, changed, statement, parameters, details);
  }

  /**
   * Changes a customer, and makes the record of the change. `statement` sets the stamp on the customer's row; `details`
   * are run later, in order. `by` is who made it, if that is somebody else than who writes.
   */
  async change<P>(
    kind: ChangeKind,
    customerId: number,
    changed: Changed,
    statement: CustomerWrite<P>,
    parameters: P,
    details: readonly DetailChange[] = [],
    by: Actor = this.#actor,
  ): Promise<Stamp> {
    const counters = await this.#take();
    const stamp = nextStamp(counters, customerId);
    this.#firstChange ??= stamp.changeNumber;
    this.#execute(statement, { ...(parameters as Parameters), ...stamp });
    for (const detail of details) this.#details.push([detail.statement, { ...detail.parameters, ...stamp }]);
    this.#lastRecord = {
      ...stamp,
      kind,
      byKind: by.kind,
      byId: by.id,
      changed: JSON.stringify(changed),
    };
    this.#records.push(this.#lastRecord);
    return stamp;
  }

  /** Deletes the changes up to one. */
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
