/** CSV as Excel opens it, and what must not become a formula there. Pure. */

/** A cell that a spreadsheet would take for a formula; a telephone number (`+31…`) is none. */
const FORMULA = /^'*[=+\-@\t\r]/;
const NUMBER = /^\+\d+$/;

/** Puts an apostrophe before what would be a formula; an import takes it off again. */
export const guarded = (cell: string): string => (FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell);
