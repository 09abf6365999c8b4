/** CSV as Excel opens it, and the guard against formulas there. Pure. */

/** A cell that a spreadsheet would take for a formula; a telephone number (`+31…`) is not one. */
const FORMULA = /^'*[=+\-@\t\r]/;
const NUMBER = /^\+\d+$/;

/** Puts an apostrophe before what would be a formula; an import removes it again. */
export const guarded = (cell: string): string => (FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell);
