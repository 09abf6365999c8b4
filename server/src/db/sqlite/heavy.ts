/** The threads of a SQLite database: some that read, and one that writes the index of the search. */

import { availableParallelism } from 'node:os';
import type { EngineLoad } from '../engine.ts';
import type { Task } from '../heavy/job.ts';
import type { HostData } from '../heavy/thread.ts';
import { IndexDamaged, Threads } from '../heavy/threads.ts';
import { Unavailable } from '../unavailable.ts';
import { indexPathOf, removeIndexFile } from './index-file.ts';

/** The main thread should have a core of its own. */
const READERS = Math.max(1, Math.min(4, availableParallelism() - 1));
/** A thread that searches remembers lists for the next search; one that writes remembers nothing. */
const READER_IDLE_MS = 10 * 60_000;
const WRITER_IDLE_MS = 30_000;
const WAIT_MS = 4000;
const READ_MS = 4000;
/** Even deleting a client of a million changes from the index takes less. */
const INDEX_MS = 60_000;

export class SqliteHeavy {
  readonly #indexPath: string;
  readonly #readers: Threads;
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
      workMs: READ_MS,
      idleMs: READER_IDLE_MS,
    });
    const all = { perCaller: 1e6, perClient: 1e6, inAll: 1e6 };
    this.#writer = new Threads({
      host,
      threads: 1,
      atATime: 1,
      bounds: all,
      waitMs: INDEX_MS,
      workMs: INDEX_MS,
      idleMs: WRITER_IDLE_MS,
    });
  }

  read(task: Task, caller: string): Promise<string> {
    return this.#unlessDamaged(() => this.#readers.run(task, caller));
  }

  index(task: Task): Promise<string> {
    return this.#unlessDamaged(() => this.#writer.run(task));
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
      await Promise.all([this.#readers.pause(), this.#writer.pause()]);
      removeIndexFile(this.#indexPath);
      this.#readers.resume();
      this.#writer.resume();
    })().finally(() => {
      this.#discarding = undefined;
    });
    await this.#discarding;
  }

  get load(): EngineLoad['threads'] {
    return { search: this.#readers.load, index: this.#writer.load };
  }

  async close(): Promise<void> {
    await Promise.all([this.#readers.close(), this.#writer.close()]);
  }
}
