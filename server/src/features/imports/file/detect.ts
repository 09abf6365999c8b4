/** What a file is, judged by its bytes: its name and its declared type may be wrong. */
import { open } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import iconv from 'iconv-lite';
import { FileFault, MAX_LINE_BYTES } from './fault.ts';
import { type Encoding, type FileKind, lineEnds } from './table.ts';

const SAMPLE_BYTES = 256 * 1024;
const SAMPLE_LINES = 50;

/** What was found in all the bytes of a file, while it came in. */
export interface Scan {
  readonly bytes: number;
  readonly isUtf8: boolean;
  readonly hasNul: boolean;
}

/** What else people send, by the bytes at its beginning. */
const foreign: readonly (readonly [magic: string, what: string])[] = [
  ['d0cf11e0a1b11ae1', 'an Excel workbook of the old kind (.xls): save it as .xlsx or CSV'],
  ['25504446', 'a PDF'],
  ['89504e47', 'a picture'],
  ['ffd8ff', 'a picture'],
  ['47494638', 'a picture'],
  ['1f8b', 'compressed: unpack it first, or send it with "Content-Encoding: gzip"'],
  ['7f454c46', 'a program'],
  ['4d5a90', 'a program'],
  ['7b5c727466', 'a text document (RTF)'],
  ['53514c69746520666f726d6174', 'a database'],
  ['3c21', 'a web page'],
  ['3c68746d6c', 'a web page'],
  ['3c3f786d6c', 'XML'],
];

/** The first bytes of a file. */
export async function sampleOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

export function kindOf(sample: Buffer): FileKind {
  if (sample.length === 0) throw new FileFault('The file is empty.');
  if (sample.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004') return 'xlsx';
  const start = sample.subarray(0, 16).toString('hex');
  const found = foreign.find(([magic]) => start.startsWith(magic));
  if (found !== undefined) throw new FileFault(`The file is no CSV, NDJSON or XLSX, but ${found[1]}.`);
  const text = sample.subarray(0, 1024).toString('utf8').trimStart();
  if (/^\ufeff?\{\s*"/.test(text)) return 'ndjson';
  if (/^\ufeff?\[\s*\{/.test(text))
    throw new FileFault(
      'The file is a JSON array; send NDJSON instead: each customer as an object on a line of its own.',
    );
  return 'csv';
}

/** The encoding of a text, by its byte order mark, by the places of its zeros, or by whether it can be UTF-8. */
export function encodingOf(sample: Buffer, scan: Scan): Encoding {
  const mark = sample.subarray(0, 2).toString('hex');
  if (mark === 'fffe') return 'utf-16le';
  if (mark === 'feff') return 'utf-16be';
  if (scan.hasNul) {
    const zeros = [0, 0];
    for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
    const [even = 0, odd = 0] = zeros;
    // Latin text in UTF-16 has a zero in nearly every pair, always at the same place.
    if (odd > sample.length / 4 && even < odd / 50) return 'utf-16le';
    if (even > sample.length / 4 && odd < even / 50) return 'utf-16be';
    throw new FileFault('The file has NUL bytes: it is no text, or it is damaged.');
  }
  return scan.isUtf8 || hasUtf8Mark(sample) ? 'utf-8' : 'windows-1252';
}

/** No text in Windows-1252 begins with these three letters; one in UTF-8 may have damaged bytes elsewhere. */
const hasUtf8Mark = (sample: Buffer): boolean => sample.subarray(0, 3).toString('hex') === 'efbbbf';

/** May the file have bytes that are no characters of the encoding? */
export const isDoubtful = (encoding: Encoding, scan: Scan): boolean =>
  encoding === 'windows-1252' || (encoding === 'utf-8' && !scan.isUtf8);

export interface Delimited {
  readonly delimiter: string;
  /** Excel's own first line, `sep=;`, is not part of the table. */
  readonly hasHint: boolean;
}

const candidates = [';', ',', '\t', '|'];

/** The delimiter that splits the most lines into the same number of cells, two or more. */
export function delimiterOf(sample: Buffer, encoding: Encoding): Delimited {
  const text = iconv.decode(sample, encoding);
  const hint = /^sep=(.)\r?\n/.exec(text)?.[1];
  if (hint !== undefined) return { delimiter: hint, hasHint: true };
  const scores = candidates.map((delimiter) => ({ delimiter, score: scoreOf(text, delimiter) }));
  const [best] = scores.sort((a, b) => b.score - a.score);
  return { delimiter: best === undefined || best.score === 0 ? ',' : best.delimiter, hasHint: false };
}

/** What a line with more cells than most counts, beside one with as many. */
const WIDER = 0.9;

function scoreOf(text: string, delimiter: string): number {
  const lines: string[][] = [];
  try {
    parse(text, {
      delimiter,
      record_delimiter: lineEnds,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: MAX_LINE_BYTES,
      to: SAMPLE_LINES,
      on_record: (record: string[]) => {
        lines.push(record);
        return null;
      },
    });
  } catch {
    // The sample ends inside a quoted cell, or these are not its quotes: what was read so far counts.
  }
  const widths = new Map<number, number>();
  for (const { length } of lines) widths.set(length, (widths.get(length) ?? 0) + 1);
  const [width = 1, count = 0] = [...widths].filter(([cells]) => cells > 1).sort((a, b) => b[1] - a[1])[0] ?? [];
  const wider = lines.filter((cells) => cells.length > width).length;
  // Titles above the table are narrower; a comma in addresses occurs in some lines only. Rows that were refused for the
  // cells that they have too many come back with all of them.
  return width < 2 ? 0 : ((count + WIDER * wider) / lines.length) * 100 + Math.min(width, 50);
}
