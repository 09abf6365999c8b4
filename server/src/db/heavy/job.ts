/**
 * Work that may take long, and so is done in another thread: reads that look at many customers, making the index of the
 * search, and writes of many rows. A thread finds a job by its module and the name under which that exports it. What a
 * job takes must be plain data; what it returns is text, which is cheap to pass between threads.
 */

import type { Principal } from '../transaction/change.ts';
import type { ReadTransaction } from '../transaction/read.ts';
import type { IndexTransaction } from '../transaction/search-index.ts';
import type { WriteTransaction } from '../transaction/write.ts';

interface Job {
  /** `import.meta.url` of the module that exports it. */
  readonly module: string;
  readonly name: string;
}

/** What a heavy read gets beside the records. */
export interface HeavyContext {
  /** The index of the search, as of a moment no later than that of the records. */
  readonly index: ReadTransaction;
  /** The same object for all reads of a thread, under which they may remember what they read. */
  readonly keeper: object;
}

export interface HeavyRead<A> extends Job {
  readonly run: (records: ReadTransaction, args: A, context: HeavyContext) => Promise<string>;
}

/** Writes the index of the search, which can always be made from the records again. */
export interface IndexWork<A> extends Job {
  readonly run: (records: ReadTransaction, index: IndexTransaction, args: A) => Promise<string>;
}

/** A write of many rows. It obeys the rules of `Store.write`. */
export interface HeavyWrite<A> extends Job {
  readonly run: (tx: WriteTransaction, args: A) => Promise<string>;
}

interface Sent {
  readonly module: string;
  readonly name: string;
  readonly clientId: number;
  readonly args: unknown;
}

/** Plain data: a job on its way to a thread. `clientId` is 0 for the installation. */
export interface Task extends Sent {
  readonly kind: 'read' | 'index';
}

/** For the thread that writes: a write, or a checkpoint of the write-ahead log. */
export type WriterTask =
  | (Sent & { readonly kind: 'write'; readonly actor: Principal['actor'] })
  | { readonly kind: 'checkpoint'; readonly clientId: 0 };

/** Runs tasks in a thread, on connections of its own. */
export interface Host<T = Task> {
  run(task: T): Promise<string>;
  close(): Promise<void>;
}

interface Jobs {
  read: HeavyRead<unknown>;
  index: IndexWork<unknown>;
  write: HeavyWrite<unknown>;
}

/** The modules of jobs that this thread has loaded: `import` takes 40 microseconds even then. */
const loaded = new Map<string, Readonly<Record<string, never>>>();

/** Loads the module of a job, once in each thread. */
export async function loadJob<K extends keyof Jobs>(_kind: K, module: string, name: string): Promise<Jobs[K]> {
  const known = loaded.get(module) ?? (await import(module));
  loaded.set(module, known);
  return known[name];
}
