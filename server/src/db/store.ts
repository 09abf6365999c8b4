/**
 * The one door to the data. `read` and `write` ask whose data, and give a transaction that can reach nothing else; a
 * record is written only through `change`, which writes the history with it.
 *
 * Order: a write transaction first locks the row of its client and takes the next numbers from it; the lock is held
 * until the commit. So within a client, commit order = change number order = `lastChanged` order.
 *
 * Group commit: writes that wait together are run in one transaction, each in a savepoint of its own, and are answered
 * after the commit. Under load there is one wait for the disk for each group instead of each write.
 */
import { sql } from '#kysely';
import type { Connection } from './connection.ts';
import type { Engine, EngineLoad } from './engine.ts';
import type { HeavyRead, HeavyWrite, IndexWork } from './heavy/job.ts';
import { systemStatement } from './statement.ts';
import type { Principal } from './transaction/change.ts';
import { Group } from './transaction/group.ts';
import { InstallationTransaction } from './transaction/installation.ts';
import { ReadTransaction } from './transaction/read.ts';
import type { WriteTransaction } from './transaction/write.ts';
import { OutcomeUnknown, Unavailable } from './unavailable.ts';

const anyClient = systemStatement((db) => db.selectFrom('client').select('client_id').limit(sql.lit(1)));

/** Hears of the last change of a client that was committed. */
export type CommitListener = (clientId: number, changeNumber: number) => void;

/** Hears of writes that were committed together, or could not be. */
export type GroupListener = (writes: number, ms: number, isStored: boolean) => void;

/** At most this many writes wait for one commit, so that none waits long. */
const GROUP_LIMIT = 64;

interface Job {
  readonly clientId: number;
  /** How many writes it counts as. */
  readonly weight: number;
  /** Returns the function that answers it, once the group is committed. */
  run(group: Group, isAlone: boolean): Promise<() => void>;
  reject(error: unknown): void;
}

export class Store {
  readonly #engine: Engine;
  /** The writes that wait, by writer: one queue for all clients, or one for each. */
  readonly #queues = new Map<number, Job[]>();
  readonly #listeners = new Set<CommitListener>();
  readonly #groupListeners = new Set<GroupListener>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Do other processes usually write to the same database, so that this one does not hear of every commit? */
  get isShared(): boolean {
    return this.#engine.writers === 'per-client';
  }

  /** Calls a function after every commit of this process with changes, before the callers are answered. */
  onCommit(listener: CommitListener): void {
    this.#listeners.add(listener);
  }

  /** Calls a function after every transaction that wrote for clients, or failed. */
  onGroup(listener: GroupListener): void {
    this.#groupListeners.add(listener);
  }

  /** How many writes wait to be taken into a transaction. */
  get waitingWrites(): number {
    let waiting = 0;
    for (const queue of this.#queues.values()) waiting += queue.length;
    return waiting;
  }

  get engineLoad(): EngineLoad {
    return this.#engine.load;
  }

  get dialect(): Engine['dialect'] {
    return this.#engine.dialect;
  }

  /** Reads the data of one client; every statement sees what was committed before it began. */
  async read<T>(clientId: number, fn: (tx: ReadTransaction) => Promise<T>): Promise<T> {
    return this.#engine.reading(clientId, async (connection) => {
      const tx = new ReadTransaction(connection, this.#engine.dialect, clientId);
      try {
        return await fn(tx);
      } finally {
        tx.end();
      }
    });
  }

  /** Reads the data of one client where that delays nobody; the principal is the caller. */
  readHeavily<A>({ clientId, actor }: Principal, read: HeavyRead<A>, args: A): Promise<string> {
    return this.#engine.heavily(clientId, `${actor.kind} ${actor.id}`, read, args);
  }

  /** Writes the index of the search. */
  index<A>(clientId: number, work: IndexWork<A>, args: A): Promise<string> {
    return this.#engine.indexing(clientId, work, args);
  }

  /** Reads the state of the index of the search; returns `undefined` if there is none. */
  readIndex<T>(fn: (tx: InstallationTransaction) => Promise<T>): Promise<T | undefined> {
    return this.#engine.readingIndex((connection) => fn(new InstallationTransaction(connection, this.#engine.dialect)));
  }

  /**
   * Writes the data of one client in a transaction, and resolves when it is on the disk. When `fn` rejects, nothing of
   * it is stored. `fn` must await nothing but the transaction: others wait behind it. `weight` says how many writes it
   * counts as.
   */
  write<T>(principal: Principal, fn: (tx: WriteTransaction) => Promise<T>, weight = 1): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#enqueue({
        clientId: principal.clientId,
        weight,
        run: async (group, isAlone) => {
          if (isAlone) {
            const result = await group.writeAlone(principal, fn);
            return () => resolve(result);
          }
          try {
            const result = await group.write(principal, fn);
            return () => resolve(result);
          } catch (error) {
            // If the database cannot serve this one now, it can serve none of the group.
            if (error instanceof Unavailable) throw error;
            return () => reject(error);
          }
        },
        reject,
      });
    });
  }

  /** The same for a write of many rows, in a transaction of its own, which blocks no request. Resolves with text. */
  async writeHeavily<A>(principal: Principal, write: HeavyWrite<A>, args: A, weight = 1): Promise<string> {
    if (this.#engine.writingHeavily === undefined) return this.write(principal, (tx) => write.run(tx, args), weight);
    const began = performance.now();
    let isStored = false;
    try {
      const { result, changed } = await this.#engine.writingHeavily(principal, write, args);
      isStored = true;
      for (const [client, changeNumber] of changed) for (const hear of this.#listeners) hear(client, changeNumber);
      return result;
    } finally {
      for (const hear of this.#groupListeners) hear(1, performance.now() - began, isStored);
    }
  }

  /** Lets the database know how much its tables hold, by which it plans. */
  async analyse(): Promise<void> {
    await this.#engine.analyse?.();
  }

  /** Reads what is above the clients. */
  readInstallation<T>(fn: (tx: InstallationTransaction) => Promise<T>): Promise<T> {
    return this.#engine.reading('installation', (connection) =>
      fn(new InstallationTransaction(connection, this.#engine.dialect)),
    );
  }

  /** Writes what is above the clients: the clients themselves. */
  writeInstallation<T>(fn: (tx: InstallationTransaction) => Promise<T>): Promise<T> {
    return this.#engine.writing('installation', (connection) =>
      fn(new InstallationTransaction(connection, this.#engine.dialect)),
    );
  }

  /** Rejects with `Unavailable` if the database does not answer. */
  async ping(): Promise<void> {
    await this.readInstallation((tx) => tx.all(anyClient, {}));
  }

  /** Closes the database, once the waiting writes are done. */
  async close(): Promise<void> {
    while (this.#queues.size > 0) await new Promise(setImmediate);
    await this.#engine.close();
  }

  #enqueue(job: Job): void {
    const writer = this.#engine.writers === 'one' ? 0 : job.clientId;
    const queue = this.#queues.get(writer);
    if (queue !== undefined) {
      queue.push(job);
      return;
    }
    this.#queues.set(writer, [job]);
    // The requests that arrived together with this one are read from their sockets before `setImmediate` fires.
    setImmediate(() => this.#drain(writer));
  }

  async #drain(writer: number): Promise<void> {
    const queue = this.#queues.get(writer) ?? [];
    while (queue.length > 0) {
      const error = await this.#commit(queue.splice(0, sizeOfGroup(queue)));
      // One time-out on the lock fails the whole queue: otherwise each group would wait for the lock in turn.
      if (error instanceof Unavailable && error.reason === 'busy') for (const job of queue.splice(0)) job.reject(error);
      await new Promise(setImmediate);
    }
    this.#queues.delete(writer);
  }

  /** Runs and answers a group; returns the error if nothing of it could be stored. */
  async #commit(jobs: readonly Job[]): Promise<unknown> {
    const [{ clientId } = { clientId: 0 }] = jobs;
    const began = performance.now();
    const tell = (isStored: boolean) => {
      for (const hear of this.#groupListeners) hear(jobs.length, performance.now() - began, isStored);
    };
    try {
      const work = async (connection: Connection) => {
        const group = new Group(connection, this.#engine.dialect);
        const settled: (() => void)[] = [];
        for (const job of jobs) settled.push(await job.run(group, jobs.length === 1));
        return { answers: settled, ...(await group.finish()) };
      };
      const { answers, changed } = await this.#engine.writing(clientId, work, ({ trace }) => trace);
      for (const [client, changeNumber] of changed) for (const hear of this.#listeners) hear(client, changeNumber);
      tell(true);
      for (const answer of answers) answer();
      return undefined;
    } catch (error) {
      tell(false);
      const isForAll = error instanceof Unavailable || error instanceof OutcomeUnknown;
      if (jobs.length === 1 || isForAll) for (const job of jobs) job.reject(error);
      // One of them cannot be stored, and failed the others with it: run each by itself.
      else for (const job of jobs) await this.#commit([job]);
      return error;
    }
  }
}

/** How many of the waiting writes go into one transaction. */
function sizeOfGroup(queue: readonly Job[]): number {
  let weight = 0;
  const tooMany = queue.findIndex((job) => {
    weight += job.weight;
    return weight > GROUP_LIMIT;
  });
  return tooMany < 0 ? queue.length : Math.max(1, tooMany);
}
