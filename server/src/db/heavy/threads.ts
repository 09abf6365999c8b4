/**
 * Threads for heavy work, each with connections of its own. They are started when they are needed, and ended after a
 * while without work: a venue that nobody searches at night pays no memory for them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Slices } from '../../slices.ts';
import { Unavailable } from '../unavailable.ts';
import type { Task, WriterTask } from './job.ts';
import { type Bounds, Turns } from './turns.ts';

/** What a thread is started with. */
export interface ThreadData {
  /** See `ThreadsOptions`. */
  readonly host: unknown;
  readonly givesWay: boolean;
}

/** The thread has loaded what the job needs, and begins with it. */
interface Begun {
  readonly isBegun: true;
}

/** What a thread answers. */
export type Answer = { readonly id: number } & (
  | Begun
  | { readonly result: string }
  | { readonly unavailable: Unavailable['reason'] }
  /** The file of the index can no longer be read. */
  | { readonly isDamaged: true }
  | { readonly fault: unknown }
);

/** The file of the index is damaged: it must be deleted and rebuilt. */
export class IndexDamaged extends Error {
  override readonly name = 'IndexDamaged';
  constructor(options?: ErrorOptions) {
    super('The file of the index cannot be read', options);
  }
}

export interface ThreadsOptions {
  /** What a thread opens: plain data. */
  readonly host: unknown;
  readonly threads: number;
  /** Does it give way to others where processors are few? */
  readonly givesWay?: boolean;
  /** How many jobs a thread has at a time: more than one only where it waits for a server. */
  readonly atATime: number;
  readonly bounds: Bounds;
  /** How long a job waits for its turn, in milliseconds. */
  readonly waitMs: number;
  /**
   * How long the first job of a thread waits for it to start, which may take long on a busy machine. The thread starts
   * all the same.
   */
  readonly startMs: number;
  /**
   * How long a job may run before its thread is ended. A job ends itself earlier, unless a single statement takes this
   * long. It counts from the moment at which the thread begins with the job: a thread that was ended while it loads
   * what it needs would never come to work.
   */
  readonly workMs: number;
  /** How long a thread may be idle before it is ended. */
  readonly idleMs: number;
}

interface Job {
  readonly clientId: number;
  readonly caller: string;
  readonly task: Task | WriterTask;
  timer: NodeJS.Timeout | undefined;
  resolve(result: string): void;
  reject(error: unknown): void;
}

/**
 * How many are refused in one turn of the event loop: a caller that asks again at once must not keep the others
 * waiting.
 */
const REFUSED_AT_ONCE = 8;
/** What a crowd of refusals may take of the thread. */
const REFUSING_SHARE = 0.5;

/** How long a thread may take to close what it has open. */
const CLOSE_MS = 1000;

/** What the threads are doing now, and what they have refused since the start. */
export interface ThreadsLoad {
  readonly threads: number;
  readonly running: number;
  readonly waiting: number;
  readonly refused: Readonly<Record<Refusal, number>>;
}

/** Refused because too much was waiting; because its turn did not come in time; because it took too long. */
export type Refusal = 'crowded' | 'busy' | 'slow';

/**
 * Far more than a job needs. With less room V8 collects earlier: without a limit a heap grows to four times its use.
 */
const LIMITS = { maxOldGenerationSizeMb: 512 };

export class Threads {
  readonly #options: ThreadsOptions;
  readonly #threads = new Set<Thread>();
  readonly #turns: Turns<Job>;
  readonly #refusals = new Slices(REFUSED_AT_ONCE, REFUSING_SHARE);
  readonly #refused = { crowded: 0, busy: 0, slow: 0 };
  #isPaused = false;

  constructor(options: ThreadsOptions) {
    this.#options = options;
    this.#turns = new Turns(options.bounds);
  }

  get load(): ThreadsLoad {
    let running = 0;
    for (const thread of this.#threads) running += thread.running;
    return { threads: this.#threads.size, running, waiting: this.#turns.size, refused: { ...this.#refused } };
  }

  /** Rejects at once when too much is waiting for the caller, or in all. */
  run(task: Task | WriterTask, caller = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      const job: Job = { clientId: task.clientId, caller, task, resolve, reject, timer: undefined };
      if (!this.#turns.add(job)) {
        this.#refused.crowded += 1;
        this.#refusals.add(task.clientId, () => reject(new Unavailable('crowded')));
        return;
      }
      const { startMs, waitMs } = this.#options;
      this.#wait(job, this.#isCold ? startMs : waitMs);
      this.#assign();
    });
  }

  /** Has no thread come to work yet? Then all jobs wait for the start, not only those that the thread was given. */
  get #isCold(): boolean {
    return [...this.#threads].every(({ isStarting }) => isStarting);
  }

  /** Refuses a job that has not begun in time. */
  #wait(job: Job, ms: number): void {
    clearTimeout(job.timer);
    job.timer = setTimeout(() => {
      this.#turns.remove(job);
      this.#refused.busy += 1;
      job.reject(new Unavailable('busy'));
    }, ms);
  }

  #assign(): void {
    for (;;) {
      const thread = [...this.#threads].find(({ hasRoom }) => hasRoom) ?? this.#start();
      const job = thread === undefined ? undefined : this.#turns.next();
      if (job === undefined) return;
      if (thread?.isStarting) this.#wait(job, this.#options.startMs);
      thread?.run(job);
    }
  }

  #start(): Thread | undefined {
    const { threads } = this.#options;
    if (this.#isPaused || this.#threads.size >= threads) return undefined;
    const thread: Thread = new Thread(
      this.#options,
      () => this.#assign(),
      () => {
        this.#refused.slow += 1;
      },
      () => {
        this.#threads.delete(thread);
        this.#assign();
      },
    );
    this.#threads.add(thread);
    return thread;
  }

  /** Ends what is under way, as unavailable, and begins nothing until `resume`. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    await Promise.all([...this.#threads].map((thread) => thread.end()));
  }

  resume(): void {
    this.#isPaused = false;
    this.#assign();
  }

  /** Ends what is under way, and all that waits. */
  async close(): Promise<void> {
    for (let job = this.#turns.next(); job !== undefined; job = this.#turns.next()) {
      clearTimeout(job.timer);
      job.reject(new Unavailable('failed'));
    }
    await this.pause();
  }
}

class Thread {
  readonly #worker: Worker;
  readonly #options: ThreadsOptions;
  readonly #onRoom: () => void;
  readonly #onSlow: () => void;
  readonly #idle: NodeJS.Timeout;
  readonly #jobs = new Map<number, Job>();
  #lastId = 0;
  #isStarting = true;
  #isEnding = false;

  constructor(options: ThreadsOptions, onRoom: () => void, onSlow: () => void, onEnd: () => void) {
    this.#options = options;
    this.#onRoom = onRoom;
    this.#onSlow = onSlow;
    this.#worker = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: { host: options.host, givesWay: options.givesWay === true } satisfies ThreadData,
      resourceLimits: LIMITS,
    });
    // It must not delay the end of the process, or of a test.
    this.#worker.unref();
    this.#idle = setTimeout(() => (this.#jobs.size === 0 ? this.end() : this.#idle.refresh()), options.idleMs).unref();
    this.#worker.on('message', (answer: Answer) => this.#answered(answer));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => {
      clearTimeout(this.#idle);
      this.#fail(new Unavailable('failed'));
      onEnd();
    });
  }

  get running(): number {
    return this.#jobs.size;
  }

  get hasRoom(): boolean {
    return this.#jobs.size < this.#options.atATime && !this.#isEnding;
  }

  /** Has it not come to work yet? */
  get isStarting(): boolean {
    return this.#isStarting;
  }

  run(job: Job): void {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#jobs.set(id, job);
    this.#idle.refresh();
    this.#worker.postMessage({ id, task: job.task });
  }

  #begun(id: number): void {
    this.#isStarting = false;
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    clearTimeout(job.timer);
    // A statement returns only when it is done: nothing but ending the thread stops it.
    job.timer = setTimeout(() => this.#giveUp(id), this.#options.workMs);
  }

  #take(id: number): Job | undefined {
    const job = this.#jobs.get(id);
    this.#jobs.delete(id);
    clearTimeout(job?.timer);
    return job;
  }

  #answered(answer: Answer): void {
    if ('isBegun' in answer) {
      this.#begun(answer.id);
      return;
    }
    const job = this.#take(answer.id);
    if ('result' in answer) job?.resolve(answer.result);
    else if ('unavailable' in answer) {
      if (answer.unavailable === 'slow') this.#onSlow();
      job?.reject(new Unavailable(answer.unavailable));
    } else job?.reject('fault' in answer ? answer.fault : new IndexDamaged());
    this.#onRoom();
  }

  #giveUp(id: number): void {
    this.#onSlow();
    this.#take(id)?.reject(new Unavailable('slow'));
    this.end();
  }

  #fail(error: unknown): void {
    for (const id of [...this.#jobs.keys()]) this.#take(id)?.reject(error);
  }

  /** An idle thread closes what it has open. */
  async end(): Promise<void> {
    this.#isEnding = true;
    if (this.#jobs.size === 0) {
      const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
      this.#worker.postMessage(null);
      const late = new AbortController();
      await Promise.race([exited, sleep(CLOSE_MS, undefined, { signal: late.signal }).catch(() => {})]);
      late.abort();
    }
    await this.#worker.terminate();
  }
}
