/** The threads of a SQLite database: for reads, for the index of the search, and for large writes. */

import { availableParallelism } from 'node:os';
import type { EngineLoad } from '../engine.ts';
import type { Task, WriterTask } from '../heavy/job.ts';
import type { HostData } from '../heavy/thread.ts';
import { IndexDamaged, Threads } from '../heavy/threads.ts';
import { Unavailable } from '../unavailable.ts';
import { indexPathOf, removeIndexFile } from './index-file.ts';
import { unpacked, type Written } from './writer.ts';

/** The main thread should have a core of its own. */
const READERS = Math.max(1, Math.min(4, availableParallelism() - 1));
/** A thread that searches remembers lists for the next search; one that writes remembers nothing. */
const READER_IDLE_MS = 10 * 60_000;
const WRITER_IDLE_MS = 30_000;
const WAIT_MS = 4000;
const START_MS = 4000;
const READ_MS = 4000;
/** Even deleting a client of a million changes from the index takes less. */
const INDEX_MS = 60_000;
/** A checkpoint of a long log may take long on a slow disk. */
const WRITE_MS = 60_000;

export class SqliteHeavy {
  readonly #indexPath: string;
  readonly #readers: Threads;
  /** Writes the index. */
  readonly #indexer: Threads;
  /** Writes the records. */
  readonly #writer: Threads;
  #discarding: Promise<void> | undefined;

  constructor(path: string) {
    this.#indexPath = indexPathOf(path);
    const host: HostData = { engine: 'sqlite', path, indexPath: this.#indexPath };
    const bounds = { perCaller: 40, perClient: 120, inAll: 1000 };
    this.#readers = new Threads({
      host,
      threads: READERS,
      atATime: 1,
      bounds,
      waitMs: WAIT_MS,
      startMs: START_MS,
      workMs: READ_MS,
      idleMs: READER_IDLE_MS,
    });
    const all = { perCaller: 1e6, perClient: 1e6, inAll: 1e6 };
    const one = { threads: 1, atATime: 1, bounds: all, idleMs: WRITER_IDLE_MS };
    this.#indexer = new Threads({
      ...one,
      givesWay: true,
      host,
      waitMs: INDEX_MS,
      startMs: INDEX_MS,
      workMs: INDEX_MS,
    });
    const writer: HostData = { engine: 'sqlite-writer', path };
    this.#writer = new Threads({ ...one, host: writer, waitMs: WRITE_MS, startMs: WRITE_MS, workMs: WRITE_MS });
  }

  read(task: Task, caller: string): Promise<string> {
    return this.#unlessDamaged(() => this.#readers.run(task, caller));
  }

  index(task: Task): Promise<string> {
    return this.#unlessDamaged(() => this.#indexer.run(task));
  }

  /** A transaction of its own; nothing else may be writing. */
  async write(task: WriterTask & { kind: 'write' }): Promise<Written> {
    return unpacked(await this.#writer.run(task));
  }

  /** Moves as much of the write-ahead log into the database file as readers allow. */
  checkpoint(): Promise<unknown> {
    return this.#writer.run({ kind: 'checkpoint', clientId: 0 });
  }

  /** Runs it; if the index turns out to be damaged, once more on a new one. */
  async #unlessDamaged(run: () => Promise<string>): Promise<string> {
    await this.#discarding;
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof IndexDamaged)) throw error;
      await this.#discard();
      return run().catch((again) => {
        throw again instanceof IndexDamaged ? new Unavailable('failed', { cause: again }) : again;
      });
    }
  }

  /** Deletes the file, once, however many find it damaged; jobs that use it are told to try again. */
  async #discard(): Promise<void> {
    this.#discarding ??= (async () => {
      await Promise.all([this.#readers.pause(), this.#indexer.pause()]);
      removeIndexFile(this.#indexPath);
      this.#readers.resume();
      this.#indexer.resume();
    })().finally(() => {
      this.#discarding = undefined;
    });
    await this.#discarding;
  }

  get load(): EngineLoad['threads'] {
    return { search: this.#readers.load, index: this.#indexer.load, write: this.#writer.load };
  }

  async close(): Promise<void> {
    await Promise.all([this.#readers.close(), this.#indexer.close(), this.#writer.close()]);
  }
}
