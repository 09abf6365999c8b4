/** The thread in which files are read, so that neither a million rows nor a hostile file delays a request. */
import { parentPort } from 'node:worker_threads';
import { FileFault } from './file/fault.ts';
import { flawOf } from './file/flaws.ts';
import { bodyLines, inspect, type Reading } from './file/source.ts';
import type { Line } from './file/table.ts';
import { RowReader } from './mapping/record.ts';
import type { Chunk, InspectTask, Message, RowsTask, Task } from './reader.ts';

const port = parentPort;
if (port === null) throw new Error('This is a thread');

const send = (message: Message): void => port.postMessage(message);

/** How many chunks may wait for the consumer. */
const AHEAD = 2;
let credit = AHEAD;
let chunkRows = 0;
let wake = (): void => {};
port.on('message', (message: Task | number) => {
  if (typeof message !== 'number') return void run(message);
  chunkRows = message;
  credit += 1;
  wake();
});

async function taken(): Promise<void> {
  while (credit === 0) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  credit -= 1;
}

async function runInspect({ path, scan, said }: InspectTask): Promise<void> {
  send({ kind: 'reading', reading: await inspect(path, scan, said) });
}

async function runRows({ path, reading, options, behind, limit, ...task }: RowsTask): Promise<void> {
  chunkRows = task.chunkRows;
  const reader = new RowReader(reading.columns, {
    ...options,
    unguard: reading.kind === 'csv' && reading.delimiter !== ',',
  });
  const checked = checkOf(reading);
  let bytes = 0;
  let lines: Line[] = [];
  let sent = 0;
  const flush = async (isLast: boolean): Promise<void> => {
    await taken();
    const rows = lines.map((line) => reader.read(checked(line)));
    const chunk: Chunk = {
      rows: JSON.stringify(rows),
      count: rows.length,
      end: rows.at(-1)?.row,
      cells: JSON.stringify(lines.map(({ cells }) => cells)),
      counts: reader.takeCounts(),
      bytes,
      isLast,
    };
    sent += lines.length;
    lines = [];
    send({ kind: 'chunk', chunk });
  };
  for await (const batch of bodyLines(path, reading, options.setClienttypes, (read) => {
    bytes = read;
  })) {
    for (const line of batch) {
      if (line.number <= behind) continue;
      lines.push(line);
      if (sent + lines.length === limit) return flush(true);
      if (lines.length >= chunkRows) await flush(false);
    }
  }
  await flush(true);
}

/** What is done to each line before it is read as a row. */
function checkOf({ kind, encoding, isDoubtful, delimiter, columns }: Reading): (line: Line) => Line {
  if (kind === 'ndjson') return (line) => line;
  if (kind === 'xlsx') return (line) => whole(line, columns.length);
  const doubtful = isDoubtful ? (encoding ?? undefined) : undefined;
  const table = { delimiter: delimiter ?? ',', doubtful, columns: columns.length };
  return (line) => {
    const fault = flawOf(line, table);
    return fault === undefined ? whole(line, columns.length) : { ...line, fault };
  };
}

/** A short row has nothing in its missing cells. */
function whole(line: Line, width: number): Line {
  if (line.cells.length >= width) return line;
  return { ...line, cells: Array.from({ length: width }, (_, at) => line.cells[at] ?? '') };
}

async function run(task: Task): Promise<void> {
  credit = AHEAD;
  try {
    await (task.kind === 'inspect' ? runInspect(task) : runRows(task));
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    send({ kind: 'fault', message: error.message });
  }
}
