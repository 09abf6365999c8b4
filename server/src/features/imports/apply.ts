/** What rows do, and writing it, with the rules and the statements of the API. */
import { MAX_CLIENT_TYPES } from '../../../../sdk/src/contract/customers.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { ReadTransaction } from '../../db/transaction/read.ts';
import type { WriteTransaction } from '../../db/transaction/write.ts';
import { foldCase } from '../../http/wire/text.ts';
import { formatTime } from '../../http/wire/time.ts';
import { carryOver, tagsCarriedOver } from '../client-types/carry-over.ts';
import {
  addClientTypes,
  clientTypesIn,
  findClientTypes,
  giveClientTypes,
  makeClientType,
  type Wanted,
} from '../client-types/writes.ts';
import type { ClientTypesPolicy } from '../clients/tables.ts';
import { type CustomerRow, noCustomer } from '../customers/columns.ts';
import { Known } from '../customers/known.ts';
import { apply } from '../customers/rules.ts';
import { createCustomer, updateCustomer } from '../customers/writes.ts';
import type { Foreseen } from './foreseen.ts';
import type { Row } from './mapping/record.ts';
import { FORESEEN, Met } from './met.ts';
import { conflict, isConflict, type PlanOptions, planRow } from './plan.ts';
import { changesOfImport, type JobRow } from './queries.ts';

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
  /** Did an earlier row of the same file mean this customer? */
  readonly isRepeated: boolean;
  /** Only foreseen: the client-types that the customer will have; `undefined` if they stay. */
  readonly tags?: readonly string[] | undefined;
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

/** The client-types that a row asks for: in place of the customer's own, or in addition to them. */
interface Asked {
  readonly names: readonly string[];
  readonly isInPlace: boolean;
}

/** `undefined` if the row has none, and none are added. */
function askedFor({ tags }: Row, before: CustomerRow | undefined, { addClienttypes }: ApplyOptions): Asked | undefined {
  if (tags !== undefined) return { names: [...tags, ...addClienttypes], isInPlace: true };
  if (addClienttypes.length === 0) return undefined;
  const own = new Set((JSON.parse(before?.tags ?? '[]') as string[]).map(foldCase));
  return { names: addClienttypes.filter((name) => !own.has(foldCase(name))), isInPlace: false };
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
  /** Are they all that the customer should have? */
  readonly isInPlace: boolean;
  readonly outcome: Outcome;
  readonly violations: readonly Violation[];
  readonly isRepeated: boolean;
}

/** What a row will do, before anything is written. */
function decide(row: Row, known: Known, types: Types, options: ApplyOptions, met: Met): Decision {
  const { customer, violations } = planRow(row, known, options, met);
  const refuse = (wrong: readonly Violation[]): Decision => ({
    customer,
    wanted: undefined,
    isInPlace: false,
    outcome: 'refused',
    violations: wrong,
    isRepeated: false,
  });
  if (violations.length > 0) return refuse(violations);
  const asked = askedFor(row, customer, options);
  const { isInPlace = false } = asked ?? {};
  const resolved = asked === undefined ? undefined : resolve(asked.names, types);
  if (resolved !== undefined && resolved.unknown.length > 0) return refuse(resolved.unknown);
  const wanted = resolved?.wanted;
  if (wanted !== undefined) {
    const own: readonly string[] = isInPlace ? [] : JSON.parse(customer?.tags ?? '[]');
    if (wanted.length > 0 && own.length + wanted.length > MAX_CLIENT_TYPES) return refuse([tooManyTypes]);
  }
  const isRepeated = customer !== undefined && met.has(customer);
  const decided = (outcome: Outcome, violations: readonly Violation[] = []): Decision => ({
    customer,
    wanted,
    isInPlace,
    outcome,
    violations,
    isRepeated,
  });
  if (customer === undefined) return decided('created');
  const isSame =
    wanted === undefined ||
    (isInPlace ? customer.tags === JSON.stringify(wanted.map(({ name }) => name)) : wanted.length === 0);
  if (isSame && !apply(customer, row.values).isChanged) return decided('unchanged');
  // What an earlier row has changed is not what somebody else changed after the export.
  if (!options.overwrite && isConflict(row, customer) && !met.isWritten(customer))
    return decided('conflict', [conflict(customer, formatTime(customer.changed_at, options.timeZone))]);
  return decided('updated');
}

const tooManyTypes: Violation = {
  field: 'customerTags',
  code: 'max',
  message: `With these the customer would have more than ${MAX_CLIENT_TYPES} client-types.`,
};

/**
 * What rows would do, in order, without writing anything; with `onError=stop`, until one is refused. `earlier` is what
 * those of earlier chunks would have done.
 */
export async function foresee(
  tx: ReadTransaction,
  rows: readonly Row[],
  options: ApplyOptions,
  stopAtError: boolean,
  earlier?: Foreseen,
): Promise<RowResult[]> {
  const [known, types] = [await Known.of(tx, rows), await typesOf(tx, rows, options)];
  if (types.size > 0) {
    const carried = await tagsCarriedOver(tx, known.ids);
    const rowsOf = [...carried].map(([id, tags]) => ({
      ...(known.byId(id) as CustomerRow),
      tags: JSON.stringify(tags),
    }));
    known.supersede(rowsOf);
  }
  earlier?.begin(known, rows, types);
  const met = new Met();
  const results: RowResult[] = [];
  for (const row of rows) {
    const decision = decide(row, known, types, options, met);
    const { customer: before, wanted, isInPlace, outcome, violations, isRepeated } = decision;
    const own: readonly string[] = JSON.parse(before?.tags ?? '[]');
    const tags = wanted && [...(isInPlace ? [] : own), ...wanted.map(({ name }) => name)];
    results.push({ row, outcome, violations, before, isRepeated, tags });
    if (violations.length > 0 && stopAtError) break;
    if (before !== undefined && outcome === 'unchanged') met.noteUnchanged(before);
    if (violations.length > 0 || outcome === 'unchanged') continue;
    const after: CustomerRow = {
      ...apply(before ?? noCustomer, row.values).after,
      customer_id: before?.customer_id ?? -row.row,
      tags: JSON.stringify(tags ?? own),
      change_number: FORESEEN,
      changed_at: Date.now(),
    };
    known.put(before, after);
    earlier?.note(after, known.isFoundByEmail(after), wanted);
  }
  return results;
}

/** Writes rows in order; with `onError=stop`, until one is refused. */
export async function applyRows(
  tx: WriteTransaction,
  rows: readonly Row[],
  options: ApplyOptions,
  stopAtError: boolean,
  job: Pick<JobRow, 'importId' | 'firstChange'>,
): Promise<RowResult[]> {
  let known = await Known.of(tx, rows);
  const met = new Met(await writtenBy(tx, known, job));
  const types = await typesOf(tx, rows, options);
  if (types.size > 0 && (await carryOver(tx, known.ids))) known = await Known.of(tx, rows);
  const results: RowResult[] = [];
  for (const row of rows) {
    const decision = decide(row, known, types, options, met);
    const { customer: before, wanted, isInPlace, outcome, violations, isRepeated } = decision;
    if (outcome === 'unchanged' || violations.length > 0) {
      results.push({ row, outcome, violations, before, isRepeated });
      if (before !== undefined && outcome === 'unchanged') met.noteUnchanged(before);
      if (violations.length > 0 && stopAtError) break;
      continue;
    }
    const given = wanted && (await made(tx, wanted, types));
    let after: CustomerRow;
    if (before === undefined) after = await createCustomer(tx, row.values, given);
    else {
      after = await updateCustomer(tx, before, row.values);
      if (given !== undefined) after = await (isInPlace ? giveClientTypes : addClientTypes)(tx, after, given);
    }
    known.put(before, after);
    met.noteWritten(after);
    results.push({ row, outcome, violations, before, isRepeated, after });
    await tx.sendSome();
  }
  return results;
}

/** The customers whose last change the import has made already. */
async function writtenBy(
  tx: ReadTransaction,
  known: Known,
  { importId, firstChange }: Pick<JobRow, 'importId' | 'firstChange'>,
): Promise<number[]> {
  const later = new Map<number, number>();
  for (const id of known.ids) {
    const change = known.byId(id)?.change_number ?? 0;
    if (change > firstChange) later.set(change, id);
  }
  if (later.size === 0) return [];
  const own = await tx.all(changesOfImport, { importId, numbers: JSON.stringify([...later.keys()]) });
  return own.flatMap(({ number }) => later.get(number) ?? []);
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
