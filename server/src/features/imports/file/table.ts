/** A file as a table, whatever form it has. */

/** A line with something in it; a cell that the line does not have is `undefined`. */
export interface Line {
  /** As a spreadsheet counts them, from 1. */
  readonly number: number;
  readonly cells: readonly (string | undefined)[];
  /** Why the line as such could not be read. */
  readonly fault?: string;
}

export type FileKind = 'csv' | 'ndjson' | 'xlsx';
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** How a file is to be read. */
export interface Dialect {
  readonly kind: FileKind;
  /** Of text. */
  readonly encoding: Encoding | null;
  /** Of CSV. */
  readonly delimiter: string | null;
  /** Of XLSX: the sheet that is read. */
  readonly sheet: string | null;
}

/** Lines come in batches: one by one they would cost twice the time. */
export type Lines = AsyncGenerator<readonly Line[], void, undefined>;

export const isBlank = (cells: Line['cells']): boolean =>
  cells.every((cell) => cell === undefined || /^\s*$/.test(cell));

/** Hears how many bytes of the file have been read. */
export type OnBytes = (bytes: number) => void;
