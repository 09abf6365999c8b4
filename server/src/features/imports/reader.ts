/** Reads files in a thread of its own, whose memory is bounded. */
import { Worker } from 'node:worker_threads';
import type { Scan } from './file/detect.ts';
import { FileFault } from './file/fault.ts';
import type { Reading, Said } from './file/source.ts';
import type { Counts, ReadOptions, Row } from './mapping/record.ts';

const MAX_HEAP_MB = 160;

export interface InspectTask {
  readonly kind: 'inspect';
  readonly path: string;
  readonly scan: Scan;
  readonly said: Said;
}

export interface RowsTask {
  readonly kind: 'rows';
  readonly path: string;
  readonly reading: Reading;
  readonly options: Omit<ReadOptions, 'unguard'>;
  /** The last line that is done. */
  readonly behind: number;
  readonly chunkRows: number;
  /** Of rows that are read at most. */
  readonly limit: number;
}

export type Task = InspectTask | RowsTask;

/** As it crosses from the thread: text costs a third of what objects do. */
export interface Chunk {
  readonly rows: string;
  /** JSON of the cells of each row. */
  readonly cells: readonly string[];
  readonly counts: Counts;
  /** Of the file, up to here. */
  readonly bytes: number;
  readonly isLast: boolean;
}

export type Message =
  | { readonly kind: 'reading'; readonly reading: Reading }
  | { readonly kind: 'chunk'; readonly chunk: Chunk }
  | { readonly kind: 'fault'; readonly message: string };

export interface RowChunk extends Omit<Chunk, 'rows'> {
  readonly rows: readonly Row[];
}

/** Finds out how a file is to be read; rejects with a `FileFault` when it cannot be. */
export async function inspectFile(task: Omit<InspectTask, 'kind'>): Promise<Reading> {
  for await (const message of messages({ kind: 'inspect', ...task })) {
    if (message.kind === 'reading') return message.reading;
  }
  throw new Error('The thread gave nothing');
}

/** The rows of a file, as many at a time as are asked for. */
export async function* readRows(task: Omit<RowsTask, 'kind'>): AsyncGenerator<RowChunk, void, undefined> {
  for await (const message of messages({ kind: 'rows', ...task })) {
    if (message.kind !== 'chunk') continue;
    yield { ...message.chunk, rows: JSON.parse(message.chunk.rows) };
    if (message.chunk.isLast) return;
  }
}

async function* messages(task: Task): AsyncGenerator<Message, void, undefined> {
  const worker = new Worker(new URL('thread.ts', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: 8 },
  });
  const queue: Message[] = [];
  let failure: unknown;
  let isOver = false;
  let wake = (): void => {};
  worker.on('message', (message: Message) => {
    queue.push(message);
    wake();
  });
  worker.on('error', (error) => {
    failure = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooComplex : error;
    wake();
  });
  worker.on('exit', () => {
    isOver = true;
    wake();
  });
  try {
    for (;;) {
      const message = queue.shift();
      if (message?.kind === 'fault') throw new FileFault(message.message);
      if (message !== undefined) {
        yield message;
        worker.postMessage('more');
      } else if (failure !== undefined) throw failure;
      else if (isOver) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    await worker.terminate();
  }
}

const tooComplex = new FileFault('The file takes too much memory to read; send it in parts, or as CSV.');
