/** Finds the line with the names of the columns, and what each column holds. Pure. */
import { FileFault, MAX_COLUMNS } from '../file/fault.ts';
import type { Line } from '../file/table.ts';
import { foldName, type Target, targetOf } from './synonyms.ts';

/** How many lines are searched: titles and dates may be above the table. */
const SEARCHED_LINES = 20;

/** What columns hold, as the caller says; `null` for one to be ignored. */
export type Mapping = Readonly<Record<string, Target | null>>;

/** The rank of a column that the caller has named. */
const SAID = -2;

export interface Column {
  readonly name: string;
  /** `undefined` for a column that is not read. */
  readonly target: Target | null;
  /** Of several columns for one target, the filled one with the lowest number counts. */
  readonly rank: number;
}

export interface Header {
  /** The line of the names; 0 if each row has its own. */
  readonly line: number;
  readonly columns: readonly Column[];
}

/** Columns that Foyer adds to refused rows. */
const ownNames: ReadonlySet<string> = new Set(['error', 'row']);

/** The header among the first lines: the one with the most known names. */
export function findHeader(lines: readonly Line[], mapping: Mapping): Header {
  const widest = Math.max(0, ...lines.map(({ cells }) => cells.length));
  if (widest > MAX_COLUMNS)
    throw new FileFault(`The file has ${widest.toLocaleString('en')} columns; ${MAX_COLUMNS} at most are read.`);
  let best: { line: Line; score: number } | undefined;
  for (const line of lines.slice(0, SEARCHED_LINES)) {
    const score = knownNames(line, mapping);
    if (score > (best?.score ?? 0)) best = { line, score };
  }
  if (best === undefined) {
    const first =
      lines[0]?.cells
        .filter((cell) => cell)
        .slice(0, 8)
        .join(', ') ?? '';
    throw new FileFault(
      'No line has names of columns that are known, like "Achternaam" or "E-mail". The first line is: ' +
        `${first.slice(0, 200)}. Name the columns with "mapping", or put a line with names on top.`,
    );
  }
  return {
    line: best.line.number,
    columns: columnsOf(
      best.line.cells.map((cell) => cell ?? ''),
      mapping,
    ),
  };
}

const knownNames = ({ cells }: Line, mapping: Mapping): number => {
  const targets = cells.flatMap((cell) => {
    const name = cell ?? '';
    if (Object.hasOwn(mapping, name.trim())) return [name];
    const target = targetOf(name)?.target;
    return target === undefined ? [] : [target];
  });
  return new Set(targets).size;
};

/** The place of the column that a caller names, in any case and spelling; -1 if there is none. */
export function placeOf(columns: readonly Pick<Column, 'name'>[], asked: string): number {
  const exact = columns.findIndex(({ name }) => name === asked.trim());
  return exact >= 0 ? exact : columns.findIndex(({ name }) => foldName(name) === foldName(asked));
}

/** What columns with these names hold. */
export function columnsOf(names: readonly string[], mapping: Mapping): Column[] {
  const trimmed = names.map((name) => name.trim());
  const missing = Object.keys(mapping).filter((name) => !trimmed.includes(name));
  if (missing.length > 0)
    throw new FileFault(
      `The mapping names columns that the file does not have: ${missing.map((name) => `"${name}"`).join(', ')}.`,
    );
  const columns = trimmed.map((name): Column => {
    if (Object.hasOwn(mapping, name)) return { name, target: mapping[name] ?? null, rank: SAID };
    const found = ownNames.has(foldName(name)) ? undefined : targetOf(name);
    return { name, target: found?.target ?? null, rank: found?.rank ?? 0 };
  });
  return columns.map((column, at) => (isSpare(column, columns[at - 1]) ? { ...column, target: null } : column));
}

/** `Nr` and `Nummer` are house numbers directly behind a street; elsewhere they may be those of rows or customers. */
const isSpare = ({ name, target, rank }: Column, before: Column | undefined): boolean =>
  target === 'houseNumber' && rank !== SAID && /^(?:nr|nummer)$/.test(foldName(name)) && before?.target !== 'street';

/** May the file be matched by customer number? Only an export of Foyer has both columns. */
export const isExport = (columns: readonly Column[]): boolean =>
  ['customerId', 'lastChanged'].every((target) => columns.some((column) => column.target === target));
