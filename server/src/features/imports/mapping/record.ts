/** From the cells of a line to the values of a customer, by the rules of the API. Pure. */
import { clientTypes } from '../../../../../sdk/src/contract/client-types.ts';
import { customerInput } from '../../../../../sdk/src/contract/customers.ts';
import type { Violation } from '../../../../../sdk/src/contract/problems.ts';
import { checkBody, missing } from '../../../http/wire/check.ts';
import { parseTime } from '../../../http/wire/time.ts';
import type { CustomerValues } from '../../customers/rules.ts';
import type { Line } from '../file/table.ts';
import type { Match } from '../options.ts';
import { addressOf, houseNumberOf } from './address.ts';
import { type Column, isExport, placeOf } from './header.ts';
import {
  hasLostZero,
  isTooLong,
  prepositionOf,
  type Repair,
  repairMoney,
  repairNumberAsText,
  repairPhone,
  repairSalutation,
  unguard,
  type Warning,
} from './repairs.ts';
import type { Target } from './synonyms.ts';

/** A line, ready to be written. */
export interface Row {
  /** Its line in the file. */
  readonly row: number;
  readonly values: CustomerValues;
  /** Its violations; with any, the line is refused. */
  readonly violations?: readonly Violation[];
  /** Required fields of a new customer that the line lacks. */
  readonly missing?: readonly Violation[];
  readonly customerId?: number;
  /** `lastChanged` of the exported record, in milliseconds since 1970. */
  readonly lastChanged?: number;
  readonly tags?: readonly string[];
  /** Of an export whose empty cells change nothing: the fields with an empty cell. */
  readonly empty?: readonly (Field | 'customerTags')[];
}

export interface ReadOptions {
  readonly match: Match;
  /** What an empty cell means: nothing, or that the field is emptied. */
  readonly empty: 'keep' | 'clear';
  readonly splitLastNames: boolean;
  readonly restoreZeros: boolean;
  /** Remove the apostrophes that guard cells in an export for Excel? */
  readonly unguard: boolean;
  /** The name of a column with client-types. */
  readonly setClienttypes: string | null;
  readonly timeZone: string;
}

/** How often each repair was made or each warning found. */
export interface Counts {
  readonly repairs: Partial<Record<Repair, number>>;
  readonly warnings: Partial<Record<Warning, number>>;
  /** By the name of the column: filled cells that were not used, because another column was filled too. */
  readonly notTaken: Record<string, number>;
}

export const noCounts = (): Counts => ({ repairs: {}, warnings: {}, notTaken: {} });

const NO_VALUE = 'a formula without its value: open the workbook in a spreadsheet program, and save it';

type Field = keyof typeof customerInput;
const fields = Object.keys(customerInput) as Field[];
const never = (_cell: string, _picked: string): boolean => false;
/** `M` is a form of address; `Geachte heer` is how a letter begins. */
const isSalutation = (cell: string): boolean => [...repairSalutation(cell.slice(0, 40), () => {})].length === 1;
const isBetterSalutation = (cell: string, picked: string): boolean => isSalutation(cell) && !isSalutation(picked);
const addressParts = ['street', 'houseNumber', 'houseNumberAddition'] as const;
const required = new Map(missing(customerInput, {}, []).map((one) => [one.field, one]));
const tagFields = { customerTags: clientTypes.set.body.fields.clienttypes };

/** `8,71E+12` is what a spreadsheet saves of 8712345678901: the other digits are lost, and others become the same. */
const ROUNDED = /^\d(?:[.,]\d+E\+?|E\+)\d+$/i;
const roundedMessage = (reference = ''): string =>
  `The customerExternalId field holds ${reference}: a spreadsheet has rounded the number. Make the column text there.`;

const bump = <K extends string>(counts: Partial<Record<K, number>>, name: K): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

export class RowReader {
  readonly #columns: readonly Column[];
  readonly #options: ReadOptions;
  readonly #sources = new Map<Target | 'tags', readonly number[]>();
  readonly #inFile: readonly Field[];
  readonly #unnamed: readonly number[];
  readonly #isExport: boolean;
  readonly #hasAddressParts: boolean;
  #counts = noCounts();
  /** The violations of the line by errors of formulas. */
  #failures: Violation[] = [];

  constructor(columns: readonly Column[], options: ReadOptions) {
    this.#columns = columns;
    this.#options = options;
    this.#isExport = isExport(columns);
    this.#unnamed = [...columns.keys()].filter((at) => columns[at]?.name === '' && columns[at].target === null);
    const targets = new Set(columns.flatMap(({ target }) => (target === null ? [] : [target])));
    this.#hasAddressParts = addressParts.some((part) => targets.has(part));
    for (const target of targets) {
      const at = columns.keys().filter((index) => columns[index]?.target === target);
      this.#sources.set(
        target,
        [...at].sort((a, b) => this.#rank(a) - this.#rank(b)),
      );
    }
    const ofTags = options.setClienttypes === null ? -1 : placeOf(columns, options.setClienttypes);
    if (ofTags >= 0) this.#sources.set('tags', [ofTags]);
    const isMade = (field: Field): boolean =>
      (field === 'customerAddress' && targets.has('street')) ||
      (field === 'customerHouseNr' && targets.has('houseNumber')) ||
      (field === 'customerPreposition' && options.splitLastNames);
    this.#inFile = fields.filter((field) => targets.has(field) || isMade(field));
  }

  #rank(index: number): number {
    return this.#columns[index]?.rank ?? 0;
  }

  /** The counts since the last call. */
  takeCounts(): Counts {
    const counts = this.#counts;
    this.#counts = noCounts();
    return counts;
  }

  read(line: Line): Row {
    if (line.fault !== undefined)
      return { row: line.number, values: {}, violations: [{ field: '', code: 'type', message: line.fault }] };
    this.#failures = [];
    this.#countUnnamed(line);
    const body: Partial<Record<Field, string>> = {};
    const cells = this.#cellsOf(line);
    const empty: (Field | 'customerTags')[] = [];
    const isKept = this.#options.empty === 'keep';
    for (const field of this.#inFile) {
      const cell = cells[field];
      if (cell === '' && isKept) {
        if (this.#isExport) empty.push(field);
      } else if (cell !== undefined) body[field] = cell;
    }
    const { values, violations } = checkBody(customerInput, body, true, this.#options.timeZone);
    const wrong = [...violations];
    const lacking: Violation[] = [];
    for (const [field, violation] of required) if (!Object.hasOwn(body, field)) lacking.push(violation);
    if (ROUNDED.test(values.customerExternalId ?? ''))
      wrong.push({ field: 'customerExternalId', code: 'type', message: roundedMessage(values.customerExternalId) });
    const key = this.#readKey(line, wrong);
    const tags = this.#readTags(line, wrong);
    if (this.#isExport && tags === undefined && !this.#sources.has('tags') && this.#sources.has('customerTags'))
      empty.push('customerTags');
    wrong.unshift(...this.#failures);
    return {
      row: line.number,
      values,
      ...key,
      ...(tags === undefined ? {} : { tags }),
      ...(empty.length > 0 ? { empty } : {}),
      ...(wrong.length === 0 ? {} : { violations: wrong }),
      ...(lacking.length === 0 ? {} : { missing: lacking }),
    };
  }

  /** What merged cells of names hide: the second column of `Naam` holds first names, say. */
  #countUnnamed({ cells }: Line): void {
    for (const at of this.#unnamed) if (cells[at]?.trim()) bump(this.#counts.warnings, 'unnamedColumn');
    for (let at = this.#columns.length; at < cells.length; at += 1)
      if (cells[at]?.trim()) bump(this.#counts.warnings, 'unnamedColumn');
  }

  /** The cell of a target: its first column that is filled, or a later one that is better. */
  #pick(line: Line, target: Target | 'tags', isBetter = never): string | undefined {
    const sources = this.#sources.get(target);
    if (sources === undefined) return undefined;
    let picked: string | undefined;
    let from = 0;
    let failed: number | undefined;
    for (const at of sources) {
      if (line.failed?.includes(at)) {
        failed ??= at;
        continue;
      }
      const cell = line.cells[at]?.trim();
      if (cell === undefined) continue;
      const isOther = !!picked && cell !== '' && cell !== picked;
      const isTaken = !picked || (isOther && isBetter(cell, picked));
      if (isOther) this.#leave(isTaken ? from : at);
      if (!isTaken) continue;
      picked = cell;
      from = at;
    }
    if (failed !== undefined && !picked) this.#fail(target, failed, line.cells[failed] ?? '');
    return picked && this.#unwrap(picked);
  }

  /** An export has its values as they are, but for the guards of one for Excel. */
  #unwrap(cell: string): string {
    const bare = this.#options.unguard ? unguard(cell, this.#note) : cell;
    return bare !== cell || this.#isExport ? bare : repairNumberAsText(cell, this.#note);
  }

  /** The error of a formula is no value, even where any text would do. */
  #fail(target: Target | 'tags', at: number, error: string): void {
    const what = error === '' ? NO_VALUE : `${error}, the error of a formula`;
    const message = `The column "${this.#columns[at]?.name}" holds ${what}.`;
    this.#failures.push({ field: target === 'tags' ? 'customerTags' : target, code: 'type', message });
  }

  /** Counts a filled cell of a column that is not used. */
  #leave(at: number): void {
    bump(this.#counts.notTaken, this.#columns[at]?.name ?? '');
  }

  readonly #note = (repair: Repair): void => bump(this.#counts.repairs, repair);

  #cellsOf(line: Line): Partial<Record<Field, string>> {
    const cells: Partial<Record<Field, string | undefined>> = {};
    for (const field of fields) {
      if (!this.#sources.has(field)) continue;
      cells[field] = this.#pick(line, field, field === 'customerSalutation' ? isBetterSalutation : never);
    }
    if (cells.email?.startsWith('mailto:')) {
      cells.email = cells.email.slice('mailto:'.length);
      this.#note('emailMailto');
    }
    if (cells.customerPhone !== undefined) cells.customerPhone = this.#phone(cells.customerPhone);
    if (cells.customerCredit) cells.customerCredit = repairMoney(cells.customerCredit, this.#note);
    if (cells.customerSalutation) cells.customerSalutation = repairSalutation(cells.customerSalutation, this.#note);
    this.#address(line, cells);
    this.#lastName(cells);
    return cells as Partial<Record<Field, string>>;
  }

  #phone(cell: string): string {
    const phone = repairPhone(cell, this.#note, this.#options.restoreZeros);
    if (hasLostZero(phone)) bump(this.#counts.warnings, 'phoneZero');
    return phone;
  }

  /** Combines street, number and addition from separate columns; a complete address comes before a street. */
  #address(line: Line, cells: Partial<Record<Field, string | undefined>>): void {
    if (!this.#hasAddressParts) return;
    const number = this.#pick(line, 'houseNumber') ?? '';
    const addition = this.#pick(line, 'houseNumberAddition') ?? '';
    const complete = cells.customerAddress;
    if (complete) this.#leaveStreet(line, complete);
    const base = complete || this.#pick(line, 'street');
    const houseNr = houseNumberOf({ number, addition });
    // An addition alone is a number, unless the address has one: `Kade`, `12 bis`, but `Meir 1`, `bus 2`.
    const isNumber = number !== '' || (/^\d/.test(addition) && !/\d/.test(base ?? ''));
    if (houseNr !== number && number !== '') this.#note('houseNumberAddition');
    if (this.#sources.has('houseNumber')) cells.customerHouseNr ||= isNumber ? houseNr : '';
    if (base === undefined) return;
    // A complete address has its number, if it has any.
    const isOwn = !!complete && /\d/.test(complete);
    const address = addressOf({ street: base, number: isOwn ? '' : number, addition });
    if (address !== base) this.#note('address');
    cells.customerAddress = address;
  }

  /** A street beside a complete address is told if it is another. */
  #leaveStreet({ cells, failed }: Line, complete: string): void {
    const at = this.#sources.get('street')?.find((one) => cells[one]?.trim() && !failed?.includes(one));
    const street = cells[at ?? -1]?.trim() ?? '';
    if (at === undefined || isTooLong(street) || complete.toLowerCase().includes(street.toLowerCase())) return;
    this.#leave(at);
  }

  #lastName(cells: Partial<Record<Field, string | undefined>>): void {
    const { customerLastName: last, customerPreposition } = cells;
    if (last === undefined || customerPreposition) return;
    const preposition = prepositionOf(last);
    if (preposition === undefined) return;
    if (!this.#options.splitLastNames) {
      bump(this.#counts.warnings, 'preposition');
      return;
    }
    cells.customerPreposition = preposition;
    cells.customerLastName = last.slice(preposition.length).trim();
    this.#note('preposition');
  }

  #readKey(line: Line, wrong: Violation[]): Pick<Row, 'customerId' | 'lastChanged'> {
    const id = this.#pick(line, 'customerId') ?? '';
    if (id === '') return {};
    if (this.#options.match === 'auto' && !this.#isExport) bump(this.#counts.warnings, 'customerId');
    if (!/^[1-9]\d{0,14}$/.test(id)) {
      wrong.push({
        field: 'customerId',
        code: 'numeric',
        message: 'The customerId field must be the number of a customer.',
      });
      return {};
    }
    const text = this.#pick(line, 'lastChanged') ?? '';
    if (text === '') return { customerId: Number(id) };
    const lastChanged = parseTime(text, this.#options.timeZone);
    if (lastChanged !== undefined) return { customerId: Number(id), lastChanged };
    const message = 'The lastChanged field must be the time in the export, like 2026-04-22T13:10:12+02:00.';
    wrong.push({ field: 'lastChanged', code: 'date', message });
    return {};
  }

  #readTags(line: Line, wrong: Violation[]): readonly string[] | undefined {
    const cell = this.#pick(line, this.#sources.has('tags') ? 'tags' : 'customerTags');
    if (cell === undefined || (cell === '' && this.#options.empty === 'keep')) return undefined;
    const { values, violations } = checkBody(tagFields, { customerTags: namesIn(cell) }, true, this.#options.timeZone);
    wrong.push(...violations);
    return values.customerTags;
  }
}

/** The names in a cell: a JSON array, as Foyer exports them, or a list as people write it. */
function namesIn(cell: string): unknown {
  if (cell.startsWith('[')) {
    try {
      return JSON.parse(cell);
    } catch {
      // It is a name that begins with a bracket, not JSON.
    }
  }
  return cell
    .split(/[;,|\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
