/**
 * Threads for the heavy reads of a SQLite file, each with a read connection of its own. They are started when they are needed, and
 * ended when they were not for a while: a venue that nobody searches at night pays no memory for them.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Unavailable } from './engine.ts';

export interface Task {
  readonly module: string;
  readonly name: string;
  readonly clientId: number;
  readonly args: unknown;
}

export type Answer =
  | { readonly result: string }
  | { readonly unavailable: Unavailable['reason'] }
  | { readonly fault: unknown };

interface Job {
  readonly task: Task;
  resolve(result: string): void;
  reject(error: unknown): void;
}

/** The main thread is to have a core of its own where there is one. */
const MOST_THREADS = Math.max(1, Math.min(4, availableParallelism() - 1));
/** With all of them at work for this long, or a read not done after it, the caller is told to try again. */
const LIMIT_MS = 4000;
const IDLE_MS = 10 * 60_000;

export class SqliteWorkers {
  readonly #path: string;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Job[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  run(task: Task): Promise<string> {
    return new Promise((resolve, reject) => {
      const job = { task, resolve, reject };
      const late = setTimeout(() => this.#giveUp(job), LIMIT_MS);
      const settle =
        <T>(fn: (value: T) => void) =>
        (value: T) => {
          clearTimeout(late);
          fn(value);
        };
      job.resolve = settle(resolve);
      job.reject = settle(reject);
      this.#waiting.push(job);
      this.#assign();
    });
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const thread = [...this.#threads].find(({ isIdle }) => isIdle) ?? this.#start();
      const job = thread === undefined ? undefined : this.#waiting.shift();
      if (job === undefined) return;
      thread?.run(job);
    }
  }

  #start(): Thread | undefined {
    if (this.#threads.size >= MOST_THREADS) return undefined;
    const thread: Thread = new Thread(
      this.#path,
      () => this.#assign(),
      () => {
        this.#threads.delete(thread);
        this.#assign();
      },
    );
    this.#threads.add(thread);
    return thread;
  }

  #giveUp(job: Job): void {
    const at = this.#waiting.indexOf(job);
    if (at >= 0) this.#waiting.splice(at, 1);
    // SQLite does not return before it is done: only ending the thread stops it.
    for (const thread of this.#threads) if (thread.job === job) thread.end();
    job.reject(new Unavailable(at >= 0 ? 'busy' : 'slow'));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#threads].map((thread) => thread.end()));
  }
}

/** A thread with the one job that it does at a time. */
class Thread {
  readonly #worker: Worker;
  readonly #onIdle: () => void;
  readonly #timer: NodeJS.Timeout;
  job: Job | undefined;
  #isEnding = false;

  constructor(path: string, onIdle: () => void, onEnd: () => void) {
    this.#onIdle = onIdle;
    this.#worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData: path });
    // It holds up neither the end of the process nor that of a test.
    this.#worker.unref();
    this.#timer = setTimeout(() => this.end(), IDLE_MS).unref();
    this.#worker.on('message', (answer: Answer) => this.#answered(answer));
    this.#worker.on('error', (error) => this.job?.reject(error));
    this.#worker.on('exit', () => {
      clearTimeout(this.#timer);
      this.job?.reject(new Unavailable('failed'));
      onEnd();
    });
  }

  get isIdle(): boolean {
    return this.job === undefined && !this.#isEnding;
  }

  run(job: Job): void {
    this.job = job;
    this.#timer.refresh();
    this.#worker.postMessage(job.task);
  }

  #answered(answer: Answer): void {
    const { job } = this;
    this.job = undefined;
    if ('result' in answer) job?.resolve(answer.result);
    else job?.reject('fault' in answer ? answer.fault : new Unavailable(answer.unavailable));
    this.#onIdle();
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#worker.terminate();
  }
}
