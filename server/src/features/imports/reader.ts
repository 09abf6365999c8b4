/** Reads files in a separate thread with bounded memory. */
import type { Scan } from './file/detect.ts';
import { FileFault } from './file/fault.ts';
import type { Reading, Said } from './file/source.ts';
import type { Counts, ReadOptions, Row } from './mapping/record.ts';
import { keepThread, takeThread } from './reading-thread.ts';

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
  /** How many rows at a time, at first. */
  readonly chunkRows: number;
  /** How many rows to read at most. */
  readonly limit: number;
}

export type Task = InspectTask | RowsTask;

/** As passed between threads: text costs a third of what objects do. */
export interface Chunk {
  /** JSON of the rows. */
  readonly rows: string;
  readonly count: number;
  /** The line of the last row; `undefined` if there are no rows. */
  readonly end: number | undefined;
  /** JSON of the cells of each row. */
  readonly cells: string;
  readonly counts: Counts;
  /** The bytes of the file up to here. */
  readonly bytes: number;
  readonly isLast: boolean;
}

export type Message =
  | { readonly kind: 'reading'; readonly reading: Reading }
  | { readonly kind: 'chunk'; readonly chunk: Chunk }
  | { readonly kind: 'fault'; readonly message: string };

export const rowsOf = ({ rows }: Chunk): readonly Row[] => JSON.parse(rows);

/** Finds out how to read a file; rejects with a `FileFault` if it cannot be read. */
export async function inspectFile(task: Omit<InspectTask, 'kind'>): Promise<Reading> {
  for await (const message of messages({ kind: 'inspect', ...task })) {
    if (message.kind === 'reading') return message.reading;
  }
  throw new Error('The thread returned nothing');
}

/** The rows of a file. `next(rows)` changes how many come at a time. */
export async function* readRows(task: Omit<RowsTask, 'kind'>): AsyncGenerator<Chunk, void, number | undefined> {
  await using all = messages({ kind: 'rows', ...task });
  let { chunkRows } = task;
  for (;;) {
    const { value: message } = await all.next(chunkRows);
    if (message?.kind !== 'chunk') throw new Error('The thread returned nothing');
    chunkRows = (yield message.chunk) ?? chunkRows;
    if (message.chunk.isLast) return;
  }
}

/** The messages of a thread about its task, up to the last. A thread that did not get that far is not used again. */
async function* messages(task: Task): AsyncGenerator<Message, void, number | undefined> {
  const thread = takeThread();
  let isDone = false;
  try {
    thread.begin(task);
    for (;;) {
      const message = await thread.next();
      if (message.kind === 'fault') throw new FileFault(message.message);
      isDone = message.kind === 'reading' || message.chunk.isLast;
      const chunkRows = yield message;
      if (isDone) return;
      thread.more(chunkRows);
    }
  } finally {
    await (isDone ? keepThread(thread) : thread.end());
  }
}
