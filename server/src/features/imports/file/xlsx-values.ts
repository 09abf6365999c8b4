/** What the cells of a workbook mean, as text. Pure. */

/** The built-in number formats that show dates or times: ECMA-376, part 1, 18.8.30. */
const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

/** How cells with a style show their numbers. */
export interface NumberFormat {
  /** As dates or times? */
  readonly isDate: boolean;
  /** With at least so many digits. */
  readonly digits: number;
}

/** Excel writes no longer ones. */
const MAX_CODE = 255;

/** What a number format shows; `code` is that of a user-defined one. */
export function formatOf(id: number, code: string | undefined): NumberFormat {
  if (code === undefined) return { isDate: isBuiltInDate(id), digits: 0 };
  const known = code.slice(0, MAX_CODE);
  const bare = known.replaceAll(/"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^[\]]*\]/gi, '');
  return { isDate: /[dmyhs]/i.test(bare), digits: /^0+$/.test(known) ? known.length : 0 };
}

const DAY_MS = 86_400_000;
/**
 * Day 0 of the two calendars of workbooks. The first counts 29 February 1900, which did not exist, so that it is right
 * from March 1900.
 */
const EPOCHS = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) } as const;

/** `2026-04-22`, or `2026-04-22T13:10:12` if there is a time of day. */
export function dateText(serial: number, calendar: keyof typeof EPOCHS): string {
  const date = new Date(EPOCHS[calendar] + Math.round((serial * DAY_MS) / 1000) * 1000);
  if (Number.isNaN(date.getTime())) return String(serial);
  const text = date.toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 19);
}

/**
 * A number as the spreadsheet shows it: with 15 digits, never with an exponent, and with the zeros of its format, which
 * make it a postal code or a telephone number.
 */
export function numberText(text: string, digits: number): string {
  const number = Number(text);
  if (!Number.isFinite(number)) return text;
  const shown = String(Number(number.toPrecision(15)));
  const whole = shown.includes('e') ? BigInt(Math.trunc(number)).toString() : shown;
  return /^\d+$/.test(whole) ? whole.padStart(digits, '0') : whole;
}

/** Decodes text in which a workbook writes what XML cannot hold as `_x000D_`. */
export const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;

/** The column of a cell reference, from 0: `B7` is 1. */
export function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length && at < 4; at += 1) {
    const letter = reference.charCodeAt(at) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column - 1;
}
