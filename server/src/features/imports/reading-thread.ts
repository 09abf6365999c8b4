/**
 * The threads in which files are read. One that succeeded is kept for the next file, for a while: starting a thread
 * takes longer than reading most files.
 */
import { Worker } from 'node:worker_threads';
import { FileFault } from './file/fault.ts';
import type { Message, Task } from './reader.ts';

const MAX_HEAP_MB = 160;
/** How long an idle thread is kept before its memory is freed. */
const IDLE_MS = 30_000;

const tooSlow = new FileFault('The file takes too long to read; send it in parts, or as CSV.');
const tooComplex = new FileFault('The file takes too much memory to read; send it in parts, or as CSV.');

export class ReadingThread {
  readonly #worker = new Worker(new URL('thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: 8 },
  });
  readonly #messages: Message[] = [];
  #failure: unknown;
  #wake = (): void => {};

  constructor() {
    this.#worker.on('message', (message: Message) => {
      this.#messages.push(message);
      this.#wake();
    });
    this.#worker.on('error', (error) => {
      this.#failure = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooComplex : error;
    });
    this.#worker.on('exit', () => {
      this.#failure ??= new Error('The thread that reads a file ended');
      if (idle?.thread === this) idle = undefined;
      this.#wake();
    });
  }

  begin(task: Task): void {
    this.#worker.ref();
    this.#worker.postMessage(task);
  }

  /** Lets it continue, with a number of rows at a time: it stays only a little ahead of the consumer. */
  more(chunkRows = 0): void {
    this.#worker.postMessage(chunkRows);
  }

  /** The clock runs only while somebody waits: the thread itself waits for slow consumers. */
  async next(workMs: number): Promise<Message> {
    const late = setTimeout(() => this.giveUp(tooSlow), workMs);
    try {
      for (;;) {
        if (this.#failure !== undefined) throw this.#failure;
        const message = this.#messages.shift();
        if (message !== undefined) return message;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      clearTimeout(late);
    }
  }

  /** Whoever waits for it gets the error, and ends it. */
  giveUp(why: unknown): void {
    this.#failure ??= why;
    this.#wake();
  }

  /** It must not keep alive a process that has nothing else to do. */
  rest(): void {
    this.#worker.unref();
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** At most one thread waits for work. */
let idle: { readonly thread: ReadingThread; readonly timer: NodeJS.Timeout } | undefined;

export function takeThread(): ReadingThread {
  if (idle === undefined) return new ReadingThread();
  const { thread, timer } = idle;
  clearTimeout(timer);
  idle = undefined;
  return thread;
}

/** Keeps a thread that has done its task. */
export async function keepThread(thread: ReadingThread): Promise<void> {
  if (idle !== undefined) return thread.end();
  thread.rest();
  idle = { thread, timer: setTimeout(() => thread.end(), IDLE_MS).unref() };
}
