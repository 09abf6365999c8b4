/**
 * The threads of a PostgreSQL database: one that reads, and one that writes the index of the search, with connections
 * of their own.
 */

import type { EngineLoad } from '../engine.ts';
import type { Task } from '../heavy/job.ts';
import type { HostData } from '../heavy/thread.ts';
import { Threads } from '../heavy/threads.ts';
import type { PostgresOptions } from './pool.ts';

const READER_IDLE_MS = 10 * 60_000;
const WRITER_IDLE_MS = 30_000;
const WAIT_MS = 1800;
const START_MS = 4000;
const READ_MS = 4000;
const INDEX_MS = 120_000;

export class PostgresHeavy {
  readonly #readers: Threads;
  readonly #writer: Threads;

  /** How many connections the reads take at most; the index takes one more. */
  constructor(options: PostgresOptions, connections: number) {
    const hostOf = (atATime: number): HostData => ({ engine: 'postgres', options: { ...options, atATime } });
    const bounds = { perCaller: 40, perClient: 120, inAll: 1000 };
    const all = { perCaller: 1e6, perClient: 1e6, inAll: 1e6 };
    this.#readers = new Threads({
      host: hostOf(connections),
      threads: 1,
      atATime: connections,
      bounds,
      waitMs: WAIT_MS,
      startMs: START_MS,
      workMs: READ_MS,
      idleMs: READER_IDLE_MS,
    });
    this.#writer = new Threads({
      host: hostOf(1),
      threads: 1,
      givesWay: true,
      atATime: 1,
      bounds: all,
      waitMs: INDEX_MS,
      startMs: INDEX_MS,
      workMs: INDEX_MS,
      idleMs: WRITER_IDLE_MS,
    });
  }

  read(task: Task, caller: string): Promise<string> {
    return this.#readers.run(task, caller);
  }

  index(task: Task): Promise<string> {
    return this.#writer.run(task);
  }

  get load(): EngineLoad['threads'] {
    return { search: this.#readers.load, index: this.#writer.load };
  }

  async close(): Promise<void> {
    await Promise.all([this.#readers.close(), this.#writer.close()]);
  }
}
