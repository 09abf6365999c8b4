/** What an import would do, judged by the first rows of its file. */
import { type Customer, type customerFields, customerInput } from '../../../../sdk/src/contract/customers.ts';
import type { Store } from '../../db/store.ts';
import type { Caller } from '../../http/caller.ts';
import { noCustomer } from '../customers/columns.ts';
import { apply, presentCustomer } from '../customers/rules.ts';
import { type ApplyOptions, foresee, type RowResult } from './apply.ts';
import { saidOf } from './create.ts';
import { inTurn } from './look.ts';
import { isExport } from './mapping/header.ts';
import type { Counts, Row } from './mapping/record.ts';
import { noCounts } from './mapping/record.ts';
import type { ImportOptions } from './options.ts';
import { rowThatMakes } from './plan.ts';
import { inspectFile, readRows, rowsOf } from './reader.ts';
import { checkType, presentReading } from './rules.ts';
import type { Spooled } from './spool.ts';
import { addCounts, emptiedIn } from './tally.ts';

const SHOWN = 20;
const LOOKED_AT = 1000;

export async function previewImport(
  store: Store,
  key: Caller,
  file: Spooled,
  type: string | undefined,
  options: ImportOptions,
  hangUp: AbortSignal,
) {
  const { reading, rows, counts } = await inTurn(hangUp, () => firstRows(file, type, options, key.timeZone, hangUp));
  const applied: ApplyOptions = {
    ...options,
    isExport: isExport(reading.columns),
    lastCustomer: Number.POSITIVE_INFINITY,
    clientTypes: key.clientTypes,
    timeZone: key.timeZone,
  };
  const results = await store.read(key.clientId, (tx) => foresee(tx, rows.slice(0, SHOWN), applied, false));
  const all = addCounts(counts, emptiedIn(results));
  const mayRead = key.scopes.has('customers:read');
  return {
    ...presentReading(reading, { ...noCounts(), ...(JSON.parse(all) as Counts) }),
    rows: results.map((result) => presentRow(result, mayRead)),
  };
}

async function firstRows(
  { path, ...scan }: Spooled,
  type: string | undefined,
  options: ImportOptions,
  timeZone: string,
  signal: AbortSignal,
) {
  const reading = await inspectFile({ path, scan, said: saidOf(options) }, { signal });
  checkType(reading, type);
  const rows: Row[] = [];
  let counts = '{}';
  const readOptions = { ...options, timeZone };
  const task = { path, reading, options: readOptions, behind: 0, chunkRows: LOOKED_AT, limit: LOOKED_AT };
  for await (const chunk of readRows(task, { signal })) {
    rows.push(...rowsOf(chunk));
    counts = addCounts(counts, chunk.counts);
  }
  return { reading, rows, counts };
}

function presentRow(result: RowResult, mayRead: boolean) {
  const { row, outcome, violations, before } = result;
  return {
    row: row.row,
    outcome,
    customerId: before === undefined || rowThatMakes(before) !== undefined ? null : before.customer_id,
    customer: presentValues(row),
    changed: mayRead && outcome !== 'refused' ? changesOf(result) : {},
    error: violations.length === 0 ? null : violations.map(({ message }) => message).join(' '),
  };
}

/** The values as the resource would show them. */
function presentValues({ values, tags }: Row) {
  const { after } = apply(noCustomer, values);
  const shown = JSON.parse(
    presentCustomer({ ...after, ...nobody, tags: JSON.stringify(tags ?? []) }, 'UTC'),
  ) as Customer;
  const names = Object.keys(customerInput) as (keyof typeof customerInput)[];
  const read = names.map((name) => [name, Object.hasOwn(values, name) ? shown[name] : null]);
  return { ...Object.fromEntries(read), [tagsName]: tags ?? null };
}

const tagsName = 'customerTags' satisfies keyof typeof customerFields;
const nobody = { customer_id: 0, change_number: 0, changed_at: 0 };

function changesOf({ row, before, tags }: RowResult) {
  const { changed } = apply(before ?? noCustomer, row.values);
  const all: Record<string, { before: unknown; after: unknown }> = {};
  for (const [field, [was, becomes]] of Object.entries(changed)) all[field] = { before: was, after: becomes };
  const had = JSON.parse(before?.tags ?? '[]') as string[];
  if (tags !== undefined && JSON.stringify(had) !== JSON.stringify(tags)) all[tagsName] = { before: had, after: tags };
  return all;
}
