/** Rows of a CSV that were not read as their sender meant them. Pure. */
import type { Line } from './table.ts';

/** What is known of the table. */
export interface Table {
  readonly delimiter: string;
  /** The encoding, if bytes of the file may not belong to it. */
  readonly doubtful: string | undefined;
  readonly columns: number;
}

const UNREADABLE = '\ufffd';

/** Why a row must not be taken as it was read; `undefined` if nothing is wrong. */
export function flawOf({ number, cells }: Line, { delimiter, doubtful, columns }: Table): string | undefined {
  let filled = 0;
  for (const [at, cell = ''] of cells.entries()) {
    if (doubtful !== undefined && cell.includes(UNREADABLE))
      return `The row has bytes that cannot be read as ${doubtful}: the file has another encoding, or is damaged.`;
    if (at >= columns && cell.trim() !== '') filled = at + 1;
    if (isSwallow(cell, at, cells.length, delimiter, columns))
      return `In line ${number} a quotation mark is opened, and not closed where it should: the cell ${at + 1} of the \
row goes on over lines that look like other rows.`;
  }
  return filled === 0 ? undefined : `The row has ${filled} cells, the header ${columns}.`;
}

/** Has a cell that goes on over several lines swallowed rows? */
function isSwallow(cell: string, at: number, cells: number, delimiter: string, columns: number): boolean {
  if (columns < 2 || !/[\r\n]/.test(cell)) return false;
  // The parser leaves a quotation mark where text follows the second one.
  if (/^"[^"\r\n]*[\r\n][\s\S]*"\s*[^"\s]/.test(cell)) return true;
  const most = columns - 1;
  const counts = cell.split(/\r\n|\n|\r/).map((line) => line.split(delimiter).length - 1);
  const [first = 0, last = 0] = [counts[0], counts.at(-1)];
  // With the cells around it, it may be one row with its quotation mark, and another with the next one.
  return counts.slice(1).some((count) => count >= most) || (at + first >= most && last + cells - 1 - at >= most);
}
