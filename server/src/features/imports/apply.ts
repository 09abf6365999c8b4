/** Writes a chunk of rows, with the rules and the statements of the API. */
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { ReadTransaction } from '../../db/transaction/read.ts';
import type { WriteTransaction } from '../../db/transaction/write.ts';
import { foldCase } from '../../http/wire/text.ts';
import { formatTime } from '../../http/wire/time.ts';
import {
  clientTypesIn,
  findClientTypes,
  giveClientTypes,
  makeClientType,
  type Wanted,
} from '../client-types/writes.ts';
import type { ClientTypesPolicy } from '../clients/tables.ts';
import type { CustomerRow } from '../customers/columns.ts';
import { Known } from '../customers/known.ts';
import { apply } from '../customers/rules.ts';
import { createCustomer, updateCustomer } from '../customers/writes.ts';
import type { Row } from './mapping/record.ts';
import { conflict, isConflict, type PlanOptions, planRow } from './plan.ts';

export interface ApplyOptions extends PlanOptions {
  readonly overwrite: boolean;
  readonly addClienttypes: readonly string[];
  readonly clientTypes: ClientTypesPolicy;
  readonly timeZone: string;
}

export type Outcome = 'created' | 'updated' | 'unchanged' | 'refused' | 'conflict';

/** What a row does, or did. */
export interface RowResult {
  readonly row: Row;
  readonly outcome: Outcome;
  readonly violations: readonly Violation[];
  /** The customer before, if there was one. */
  readonly before: CustomerRow | undefined;
  /** Only after a write. */
  readonly after?: CustomerRow;
}

type Types = ReadonlyMap<string, Wanted>;

/** The client-types that rows name, by their folded names; unavailable ones are missing. */
async function typesOf(tx: ReadTransaction, rows: readonly Row[], options: ApplyOptions): Promise<Map<string, Wanted>> {
  const names = new Map(options.addClienttypes.map((name) => [foldCase(name), name]));
  for (const { tags = [], violations } of rows) {
    if (violations === undefined)
      for (const name of tags) if (!names.has(foldCase(name))) names.set(foldCase(name), name);
  }
  const { wanted } = await findClientTypes(clientTypesIn(tx), [...names.values()], options.clientTypes);
  return new Map(wanted.map((type) => [foldCase(type.name), type]));
}

/** The client-types that a customer should have; `undefined` if the row has none. */
function tagsOf(
  { tags }: Row,
  before: CustomerRow | undefined,
  { addClienttypes }: ApplyOptions,
): string[] | undefined {
  if (tags === undefined && addClienttypes.length === 0) return undefined;
  return [...(tags ?? (JSON.parse(before?.tags ?? '[]') as string[])), ...addClienttypes];
}

/**
 * The client-types with these names, each once; `unknown` are names that the client does not have, and that may not be
 * created.
 */
function resolve(names: readonly string[], types: Types): { wanted: Wanted[]; unknown: Violation[] } {
  const wanted = new Map<string, Wanted>();
  const unknown: Violation[] = [];
  for (const name of names) {
    const key = foldCase(name);
    const type = types.get(key);
    if (type !== undefined) wanted.set(key, wanted.get(key) ?? type);
    else {
      const message = `"${name}" is not a client-type of this client, and its list is closed.`;
      unknown.push({ field: 'customerTags', code: 'unknown', message });
    }
  }
  return { wanted: [...wanted.values()], unknown };
}

interface Decision {
  readonly customer: CustomerRow | undefined;
  readonly wanted: readonly Wanted[] | undefined;
  readonly outcome: Outcome;
  readonly violations: readonly Violation[];
}

/** What a row will do, before anything is written. */
function decide(row: Row, known: Known, types: Types, options: ApplyOptions): Decision {
  const { customer, violations } = planRow(row, known, options);
  const refuse = (outcome: 'refused' | 'conflict', wrong: readonly Violation[]): Decision => ({
    customer,
    wanted: undefined,
    outcome,
    violations: wrong,
  });
  if (violations.length > 0) return refuse('refused', violations);
  const names = tagsOf(row, customer, options);
  const resolved = names === undefined ? undefined : resolve(names, types);
  if (resolved !== undefined && resolved.unknown.length > 0) return refuse('refused', resolved.unknown);
  const wanted = resolved?.wanted;
  if (customer === undefined) return { customer, wanted, outcome: 'created', violations: [] };
  const isSame = wanted === undefined || customer.tags === JSON.stringify(wanted.map(({ name }) => name));
  if (isSame && !apply(customer, row.values).isChanged)
    return { customer, wanted, outcome: 'unchanged', violations: [] };
  if (!options.overwrite && isConflict(row, customer))
    return refuse('conflict', [conflict(customer, formatTime(customer.changed_at, options.timeZone))]);
  return { customer, wanted, outcome: 'updated', violations: [] };
}

/** What rows would do, each by itself, without writing anything. */
export async function foresee(tx: ReadTransaction, rows: readonly Row[], options: ApplyOptions): Promise<RowResult[]> {
  const [known, types] = [await Known.of(tx, rows), await typesOf(tx, rows, options)];
  return rows.map((row) => {
    const { customer: before, outcome, violations } = decide(row, known, types, options);
    return { row, outcome, violations, before };
  });
}

/** Writes rows in order; with `onError=stop`, until one is refused. */
export async function applyRows(
  tx: WriteTransaction,
  rows: readonly Row[],
  options: ApplyOptions,
  stopAtError: boolean,
): Promise<RowResult[]> {
  const [known, types] = [await Known.of(tx, rows), await typesOf(tx, rows, options)];
  const results: RowResult[] = [];
  for (const row of rows) {
    const { customer: before, wanted, outcome, violations } = decide(row, known, types, options);
    if (outcome === 'unchanged' || violations.length > 0) {
      results.push({ row, outcome, violations, before });
      if (violations.length > 0 && stopAtError) break;
      continue;
    }
    let after =
      before === undefined ? await createCustomer(tx, row.values) : await updateCustomer(tx, before, row.values);
    if (wanted !== undefined) after = await giveClientTypes(tx, after, await made(tx, wanted, types));
    known.put(before, after);
    results.push({ row, outcome, violations, before, after });
  }
  return results;
}

/** The client-types, creating those that the client does not have yet. */
async function made(tx: WriteTransaction, wanted: readonly Wanted[], types: Map<string, Wanted>): Promise<Wanted[]> {
  const all: Wanted[] = [];
  for (const { name } of wanted) {
    const key = foldCase(name);
    let type = types.get(key) as Wanted;
    if (type.clientTypeId === undefined) {
      type = { name, clientTypeId: await makeClientType(tx, name) };
      types.set(key, type);
    }
    all.push(type);
  }
  return all;
}
