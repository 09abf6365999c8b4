/** What a command prints, and how it ends. */

/** The command was used wrongly: exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * What a terminal obeys instead of showing: control characters, and those that change the direction of the text. Titles
 * and labels may hold them, and their author is not the person who reads them here.
 */
const OBEYED = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** A text for people on one line, with a mark for each character that must not be printed. */
export const plain = (text: string): string => text.replaceAll(OBEYED, '\ufffd');

/** JSON with the same characters escaped: the same data. */
export const plainJson = (json: string): string =>
  json.replaceAll(OBEYED, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Rows as columns of text, under their names. */
export function table(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const names = Object.keys(first);
  const lines = [
    names.map((name) => name.toUpperCase()),
    ...rows.map((row) => names.map((name) => plain(String(row[name])))),
  ];
  const widths = names.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The same for a text of several lines. */
const plainLines = (text: string): string => text.split('\n').map(plain).join('\n');

export function print(text: string): void {
  process.stdout.write(`${plainLines(text)}\n`);
}

export function printJson(value: unknown): void {
  print(plainJson(JSON.stringify(value, null, 2)));
}

/** Prints words for a person on standard error; programs read standard output. */
export function tell(text: string): void {
  process.stderr.write(`${plainLines(text)}\n`);
}
