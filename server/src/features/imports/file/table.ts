/** A file as a table, whatever its format. */

/** A line with something in it; a cell that the line does not have is `undefined`. */
export interface Line {
  /** As a spreadsheet counts them, from 1. */
  readonly number: number;
  readonly cells: readonly (string | undefined)[];
  /** The columns, from 0, whose cells hold the error of a formula instead of a value. */
  readonly failed?: readonly number[];
  /** Why the line itself could not be read. */
  readonly fault?: string;
}

export type FileKind = 'csv' | 'ndjson' | 'xlsx';
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** How to read a file. */
export interface Dialect {
  readonly kind: FileKind;
  /** For text. */
  readonly encoding: Encoding | null;
  /** For text: may the file have bytes that are none of the encoding? */
  readonly isDoubtful?: boolean;
  /** For CSV. */
  readonly delimiter: string | null;
  /** For XLSX: the sheet to read. */
  readonly sheet: string | null;
  /** How many of the sheets that are not read hold data. */
  readonly otherSheets?: number;
}

/** Lines come in batches: one by one they would cost twice the time. */
export type Lines = AsyncGenerator<readonly Line[], void, undefined>;

/** All of them: a parser that takes the first one as the only one reads the lines with others as a single row. */
export const lineEnds = ['\r\n', '\n', '\r'];

export const isBlank = (cells: Line['cells']): boolean =>
  cells.every((cell) => cell === undefined || /^\s*$/.test(cell));

/** Called with the number of bytes read so far. */
export type OnBytes = (bytes: number) => void;
