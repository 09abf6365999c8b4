/** Reads files in a separate thread with bounded memory. */
import { stat } from 'node:fs/promises';
import { Unavailable } from '../../db/unavailable.ts';
import type { Scan } from './file/detect.ts';
import { FileFault } from './file/fault.ts';
import type { Reading, Said } from './file/source.ts';
import type { Counts, ReadOptions, Row } from './mapping/record.ts';
import { keepThread, takeThread } from './reading-thread.ts';

/** How long a thread may work for one message: from a file of any size, and more for each MiB. */
const [WORK_MS, WORK_MS_PER_MIB] = [60_000, 4000];

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

/** How long somebody waits for a file. */
export interface Patience {
  /** Nobody waits any more. */
  readonly signal?: AbortSignal | undefined;
  /** How long the thread may work for one message. */
  readonly workMs?: number;
}

/** Finds out how to read a file; rejects with a `FileFault` if it cannot be read. */
export async function inspectFile(task: Omit<InspectTask, 'kind'>, patience: Patience = {}): Promise<Reading> {
  for await (const message of messages({ kind: 'inspect', ...task }, patience)) {
    if (message.kind === 'reading') return message.reading;
  }
  throw new Error('The thread returned nothing');
}

/** The rows of a file. `next(rows)` changes how many come at a time. */
export async function* readRows(
  task: Omit<RowsTask, 'kind'>,
  patience: Patience = {},
): AsyncGenerator<Chunk, void, number | undefined> {
  await using all = messages({ kind: 'rows', ...task }, patience);
  let { chunkRows } = task;
  for (;;) {
    const { value: message } = await all.next(chunkRows);
    if (message?.kind !== 'chunk') throw new Error('The thread returned nothing');
    chunkRows = (yield message.chunk) ?? chunkRows;
    if (message.chunk.isLast) return;
  }
}

/** The messages of a thread about its task, up to the last. A thread that did not get that far is not used again. */
async function* messages(task: Task, patience: Patience): AsyncGenerator<Message, void, number | undefined> {
  const { signal, workMs = await workMsOf(task.path) } = patience;
  const thread = takeThread();
  const giveUp = () => thread.giveUp(new Unavailable('busy'));
  let isDone = false;
  try {
    signal?.addEventListener('abort', giveUp);
    if (signal?.aborted) giveUp();
    thread.begin(task);
    for (;;) {
      const message = await thread.next(workMs);
      if (message.kind === 'fault') throw new FileFault(message.message);
      isDone = message.kind === 'reading' || message.chunk.isLast;
      const chunkRows = yield message;
      if (isDone) return;
      thread.more(chunkRows);
    }
  } finally {
    signal?.removeEventListener('abort', giveUp);
    await (isDone ? keepThread(thread) : thread.end());
  }
}

/**
 * A message may need most of the file: the strings of a workbook come first, and an import that continues reads up to
 * where it was. Reading a MiB takes far less, also where the machine is busy.
 */
async function workMsOf(path: string): Promise<number> {
  const { size } = await stat(path);
  return WORK_MS + (WORK_MS_PER_MIB * size) / (1024 * 1024);
}
