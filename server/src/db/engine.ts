/**
 * What an engine must do: run statements on connections, begin and commit transactions, and do heavy work beside them.
 */
import type { Kysely } from '#kysely';
import type { Connection, Scope, Trace } from './connection.ts';
import type { HeavyRead, HeavyWrite, IndexWork } from './heavy/job.ts';
import type { ThreadsLoad } from './heavy/threads.ts';
import type { Dialect } from './statement.ts';
import type { Principal } from './transaction/change.ts';

/** The current load of an engine. */
export interface EngineLoad {
  /** The connections of this process to its database; `undefined` if there are none to share. */
  readonly connections?: { readonly open: number; readonly idle: number; readonly most: number };
  /** Reads and transactions that wait for a connection. */
  readonly waiting: number;
  readonly threads: { readonly search: ThreadsLoad; readonly index: ThreadsLoad; readonly write?: ThreadsLoad };
}

export interface Engine {
  readonly dialect: Dialect;
  /** Do all clients share one writer, or has each client its own? */
  readonly writers: 'one' | 'per-client';
  /** Runs a function with a connection that sees what is committed. */
  reading<T>(scope: Scope, fn: (connection: Connection) => Promise<T>): Promise<T>;
  /**
   * Runs a read where it delays nobody, with clients taking turns. Rejects with `Unavailable` when it takes too long,
   * or when too much waits for a caller (any text that tells callers apart), for the client, or in all.
   */
  heavily<A>(clientId: number, caller: string, read: HeavyRead<A>, args: A): Promise<string>;
  /** Writes the index of the search, one after another. */
  indexing<A>(clientId: number, work: IndexWork<A>, args: A): Promise<string>;
  /**
   * Runs a function with a connection that reads the state of the index, for all clients; there may be no index at all.
   */
  readingIndex<T>(fn: (connection: Connection) => Promise<T>): Promise<T | undefined>;
  /**
   * Runs a function in one transaction that may write; commits when the function succeeds. When the transaction
   * certainly failed through no fault of its own, the function may be run again in another.
   * Rejects with `Unavailable` when the lock could not be taken in time, or the commit failed; with
   * `OutcomeUnknown` when it cannot be found out whether it failed. `traceOf` helps to find out.
   */
  writing<T>(scope: Scope, fn: (connection: Connection) => Promise<T>, traceOf?: (result: T) => Trace): Promise<T>;
  /**
   * Runs a write in a thread; missing where `writing` blocks no request. Resolves also with the clients with changes,
   * each with the number of its last change.
   */
  writingHeavily?<A>(
    principal: Principal,
    write: HeavyWrite<A>,
    args: A,
  ): Promise<{
    readonly result: string;
    readonly changed: Iterable<readonly [clientId: number, changeNumber: number]>;
  }>;
  /** Looks at how much the tables hold, by which the database plans; missing where no plan depends on it. */
  analyse?(): Promise<void>;
  /** A Kysely instance for migrations, on a connection of its own. */
  migrating<T>(fn: (db: Kysely<unknown>) => Promise<T>): Promise<T>;
  readonly load: EngineLoad;
  /** Its files that others on this machine may read. */
  exposedFiles(): string[];
  close(): Promise<void>;
}
