/** Reads a CSV file as lines. */
import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import iconv from 'iconv-lite';
import { batches } from './batches.ts';
import { FileFault, MAX_LINE_BYTES } from './fault.ts';
import { type Dialect, isBlank, type Line, type Lines, lineEnds, type OnBytes } from './table.ts';

const CHUNK_BYTES = 256 * 1024;

/** The lines of a CSV file; empty ones are left out, but counted. */
export async function* csvLines(path: string, { encoding, delimiter }: Dialect, onBytes: OnBytes): Lines {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  file.on('data', (chunk) => onBytes(chunk.length));
  const parser = parse({
    delimiter: delimiter ?? ',',
    record_delimiter: lineEnds,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: MAX_LINE_BYTES,
  });
  const text: Readable[] = encoding === 'utf-8' ? [] : [iconv.decodeStream(encoding ?? 'utf-8') as unknown as Readable];
  pipeline([file, ...text, parser] as never, () => {});
  let number = 0;
  try {
    for await (const records of batches<string[]>(parser)) {
      const lines: Line[] = [];
      for (const cells of records) {
        number += 1;
        if (!isBlank(cells)) lines.push({ number, cells });
      }
      yield lines;
    }
  } catch (error) {
    throw error instanceof CsvError ? new FileFault(explain(error, number)) : error;
  } finally {
    file.destroy();
  }
}

function explain({ code, message }: CsvError, number: number): string {
  const where = `the line behind line ${number}`;
  if (code === 'CSV_QUOTE_NOT_CLOSED') return `Quotation marks do not match: ${where} has no end.`;
  if (code === 'CSV_MAX_RECORD_SIZE')
    return `The line behind line ${number} is longer than 1 MiB. Perhaps a quotation mark in it is not closed.`;
  return `The CSV is malformed at ${where}: ${message}`;
}
