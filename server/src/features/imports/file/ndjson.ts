/** Reads an NDJSON file as lines. */
import { createReadStream } from 'node:fs';
import { ProblemError } from '../../../http/problem.ts';
import { parseJson } from '../../../http/wire/body.ts';
import { SentNumber } from '../../../http/wire/sent-number.ts';
import { type Target, targetOf } from '../mapping/synonyms.ts';
import { FileFault, MAX_LINE_BYTES } from './fault.ts';
import type { Line, Lines, OnBytes } from './table.ts';

/** So many lines are searched for the names of the members. */
const NDJSON_HEAD_LINES = 1000;
const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 10;

/** A member, and what it holds. */
export interface JsonColumn {
  readonly name: string;
  readonly target: Target | null;
  /** Does it hold client-types? */
  readonly isTags: boolean;
}

/** The lines of an NDJSON file, their members in the order of `columns`. */
export async function* ndjsonLines(path: string, columns: readonly JsonColumn[], onBytes: OnBytes): Lines {
  const known = new Set(columns.map(({ name }) => name));
  let number = 0;
  for await (const texts of textLines(path, onBytes)) {
    const lines: Line[] = [];
    for (const text of texts) {
      number += 1;
      if (!isEmpty(text)) lines.push({ number, ...readObject(text, columns, known) });
    }
    yield lines;
  }
}

/** The names of the members in the first lines, in order of appearance. */
export async function ndjsonColumns(path: string): Promise<string[]> {
  const names = new Set<string>();
  let seen = 0;
  for await (const texts of textLines(path, () => {})) {
    for (const text of texts) {
      seen += 1;
      if (seen > NDJSON_HEAD_LINES) return [...names];
      try {
        for (const name of parseJson(text).names()) names.add(name);
      } catch (error) {
        // The line is refused later, when it is read as a row.
        if (!(error instanceof ProblemError)) throw error;
      }
    }
  }
  return [...names];
}

/** The bytes of each line, for one chunk of the file at a time. */
async function* textLines(path: string, onBytes: OnBytes): AsyncGenerator<Buffer[], void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = true;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    onBytes(chunk.length);
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (isFirst && bytes.subarray(0, 3).toString('hex') === 'efbbbf') bytes = bytes.subarray(3);
    isFirst = false;
    const lines: Buffer[] = [];
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      lines.push(bytes.subarray(from, end));
      from = end + 1;
    }
    rest = bytes.subarray(from);
    if (rest.length > MAX_LINE_BYTES) throw new FileFault('A line of the file is longer than 1 MiB.');
    yield lines;
  }
  if (rest.length > 0) yield [rest];
}

const isEmpty = (bytes: Buffer): boolean => bytes.length < 3 && /^\s*$/.test(bytes.toString('latin1'));

function readObject(
  text: Buffer,
  columns: readonly JsonColumn[],
  known: ReadonlySet<string>,
): Pick<Line, 'cells' | 'fault'> {
  try {
    const { object } = parseJson(text);
    const sent = (name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);
    const cells = columns.map(({ name }) => cellOf(sent(name)));
    const late = Object.keys(object).filter((name) => !known.has(name) && targetOf(name) !== undefined);
    if (late.length > 0)
      return {
        // They have no column.
        cells: [...cells, ...late.map((name) => `${name}: ${cellOf(sent(name))}`)],
        fault: `The line has a member that the first ${NDJSON_HEAD_LINES} lines do not have: ${late[0]}.`,
      };
    const faults = columns.flatMap((column) => typeFault(column, sent(column.name)) ?? []);
    return faults.length === 0 ? { cells } : { cells, fault: faults.join(' ') };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    // It has no columns, but its sender needs it to mend it.
    return { cells: [text.toString()], fault: error.message.replace('The body', 'The line') };
  }
}

/** Fields that take a number: those of the API, and numbers of customers, which other systems write as such. */
const numeric: ReadonlySet<Target> = new Set(['customerCredit', 'customerPhone', 'customerExternalId', 'customerId']);

/** What is wrong with the type of a value, by the rules of the API. A text is left to the rules of its field. */
function typeFault({ name, target, isTags }: JsonColumn, value: unknown): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return undefined;
  if (target === null && !isTags) return undefined;
  if (isTags) return Array.isArray(value) ? undefined : `The member "${name}" must be a list of texts.`;
  const isNumber = value instanceof SentNumber && target !== null && numeric.has(target);
  // A telephone number is neither negative nor a fraction.
  if (isNumber && !(target === 'customerPhone' && /[-.]/.test(value.source))) return undefined;
  return `The member "${name}" must be a text.`;
}

/** A value as a cell of a spreadsheet would hold it. */
function cellOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (value instanceof SentNumber) return value.source;
  return JSON.stringify(value, (_name, inner) => (inner instanceof SentNumber ? Number(inner.source) : inner));
}
