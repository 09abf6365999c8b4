/** What an engine must do: run statements on connections, begin and commit transactions, and do heavy work beside them. */
import type { Kysely } from 'kysely';
import type { Connection, Scope, Trace } from './connection.ts';
import type { HeavyRead, IndexWork } from './heavy/job.ts';
import type { ThreadsLoad } from './heavy/threads.ts';
import type { Dialect } from './statement.ts';

/** What an engine has to do just now. */
export interface EngineLoad {
  /** Of this process to its database; nothing where there are none to share. */
  readonly connections?: { readonly open: number; readonly idle: number; readonly most: number };
  /** Reads and transactions that wait for a connection. */
  readonly waiting: number;
  readonly threads: { readonly search: ThreadsLoad; readonly index: ThreadsLoad };
}

export interface Engine {
  readonly dialect: Dialect;
  /** Do all clients share one writer, or has each client its own? */
  readonly writers: 'one' | 'per-client';
  /** Runs a function with a connection that sees what is committed. */
  reading<T>(scope: Scope, fn: (connection: Connection) => Promise<T>): Promise<T>;
  /**
   * Runs a read where it holds nobody up, in turns between clients. Rejects with `Unavailable` when it takes too long, or when too
   * much waits for a caller (any text that tells callers apart), for the client, or in all.
   */
  heavily<A>(clientId: number, caller: string, read: HeavyRead<A>, args: A): Promise<string>;
  /** Writes the index of the search, one after another. */
  indexing<A>(clientId: number, work: IndexWork<A>, args: A): Promise<string>;
  /** Runs a function with a connection that reads what the index says of itself, of all clients; it may find no index at all. */
  readingIndex<T>(fn: (connection: Connection) => Promise<T>): Promise<T | undefined>;
  /**
   * Runs a function in one transaction that has the right to write; commits when it ends well. When the transaction
   * surely came to nothing through no fault of its own, the function may be run again in another.
   * Rejects with `Unavailable` when that right could not be had in time, or the commit did not succeed; with
   * `OutcomeUnknown` when nobody can say whether it did. `traceOf` helps to say it.
   */
  writing<T>(scope: Scope, fn: (connection: Connection) => Promise<T>, traceOf?: (result: T) => Trace): Promise<T>;
  /** A Kysely instance for migrations, on a connection of its own. */
  migrating<T>(fn: (db: Kysely<unknown>) => Promise<T>): Promise<T>;
  readonly load: EngineLoad;
  /** Files of it that others on this machine may read. */
  exposedFiles(): string[];
  close(): Promise<void>;
}
