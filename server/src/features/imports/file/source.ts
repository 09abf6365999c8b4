/** Opens a file: what it is, and its lines. */
import { stat } from 'node:fs/promises';
import type { Column, Header, Mapping } from '../mapping/header.ts';
import { columnsOf, findHeader, placeOf } from '../mapping/header.ts';
import { csvLines } from './csv.ts';
import { delimiterOf, encodingOf, isDoubtful, kindOf, type Scan, sampleOf } from './detect.ts';
import { FileFault, MAX_COLUMNS } from './fault.ts';
import type { Dialect, Encoding, Line, Lines, OnBytes } from './table.ts';

/** How many lines are searched for the names of the columns. */
const HEAD_LINES = 40;

// Loaded only for such a file: they are most of what a thread would load.
const ndjson = () => import('./ndjson.ts');
const xlsx = () => import('./xlsx.ts');

/** How a file is read: found out once and kept with the job, so that another process reads it in the same way. */
export interface Reading extends Dialect, Header {}

/** What the caller says about the file, overriding what its bytes say. */
export interface Said {
  readonly encoding?: Encoding | undefined;
  readonly delimiter?: string | undefined;
  readonly mapping: Mapping;
  /** The column with client-types. */
  readonly setClienttypes: string | null;
}

/** Finds out how to read a file. */
export async function inspect(path: string, scan: Scan, said: Said): Promise<Reading> {
  const reading = await readingOf(path, scan, said);
  const { setClienttypes } = said;
  if (setClienttypes !== null && placeOf(reading.columns, setClienttypes) < 0)
    throw new FileFault(`"setClienttypes" names a column that the file does not have: "${setClienttypes}".`);
  return reading;
}

async function readingOf(path: string, scan: Scan, said: Said): Promise<Reading> {
  const dialect = await dialectOf(path, scan, said);
  if (dialect.kind === 'ndjson') {
    const { ndjsonColumns } = await ndjson();
    const names = await ndjsonColumns(path);
    if (names.length > MAX_COLUMNS) throw new FileFault(`The objects have more than ${MAX_COLUMNS} different members.`);
    const columns = columnsOf(names, said.mapping);
    if (columns.every(({ target }) => target === null))
      throw new FileFault('The objects have no member that is known.');
    return { ...dialect, line: 0, columns };
  }
  const head: Line[] = [];
  for await (const lines of await linesOf(path, dialect)) {
    head.push(...lines);
    if (head.length >= HEAD_LINES) break;
  }
  return { ...dialect, ...findHeader(head, said.mapping) };
}

async function dialectOf(path: string, scan: Scan, said: Said): Promise<Dialect> {
  const sample = await sampleOf(path);
  const kind = kindOf(sample);
  if (kind === 'xlsx') return { kind, encoding: null, delimiter: null, ...(await (await xlsx()).sheetsOf(path)) };
  const encoding = said.encoding ?? encodingOf(sample, scan);
  if (kind === 'csv') {
    const delimiter = said.delimiter ?? delimiterOf(sample, encoding).delimiter;
    return { kind, encoding, isDoubtful: isDoubtful(encoding, scan), delimiter, sheet: null };
  }
  if (encoding !== 'utf-8') throw new FileFault('NDJSON must be UTF-8.');
  return { kind, encoding, delimiter: null, sheet: null };
}

async function linesOf(
  path: string,
  dialect: Dialect,
  columns: readonly Column[] = [],
  setClienttypes: string | null = null,
  onBytes: OnBytes = () => {},
): Promise<Lines> {
  if (dialect.kind === 'xlsx') return (await xlsx()).xlsxLines(path, onBytes);
  if (dialect.kind === 'csv') return csvLines(path, dialect, onBytes);
  const ofTags = setClienttypes === null ? -1 : placeOf(columns, setClienttypes);
  const members = columns.map(({ name, target }, at) => ({
    name,
    target,
    isTags: at === ofTags || target === 'customerTags',
  }));
  return (await ndjson()).ndjsonLines(path, members, onBytes);
}

/** The lines below the header. `onBytes` is called with the number of bytes read so far. */
export async function* bodyLines(
  path: string,
  reading: Reading,
  setClienttypes: string | null,
  onBytes: OnBytes,
): Lines {
  const { size } = await stat(path);
  let read = 0;
  const hear: OnBytes = (bytes) => {
    read += bytes;
    onBytes(Math.min(read, size));
  };
  for await (const lines of await linesOf(path, reading, reading.columns, setClienttypes, hear)) {
    yield lines[0] === undefined || lines[0].number > reading.line
      ? lines
      : lines.filter(({ number }) => number > reading.line);
  }
}
