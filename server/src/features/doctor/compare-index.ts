/** Compares customers in the index of the search with their records, in a thread that sees both. */
import type { HeavyRead } from '../../db/heavy/job.ts';
import type { ReadTransaction } from '../../db/transaction/read.ts';
import type { CustomerRow } from '../customers/columns.ts';
import { customersByIds } from '../customers/queries.ts';
import { type Document, documentOf } from '../search-index/document.ts';
import { clientState, indexState } from '../search-index/queries.ts';
import { isUsable } from '../search-index/take-in.ts';
import { matchOf, namesOf } from '../search-index/words/queries.ts';
import { hasWords } from './queries.ts';

interface Asked {
  readonly ids: readonly number[];
  readonly withWords: boolean;
}

/** JSON: the numbers of customers whose index entry differs from the record. */
export const compareIndex: HeavyRead<Asked> = {
  module: import.meta.url,
  name: 'compareIndex',
  run: async (records, asked, { index }) => JSON.stringify(await differing(records, index, asked)),
};

async function differing(
  records: ReadTransaction,
  index: ReadTransaction,
  { ids: all, withWords }: Asked,
): Promise<number[]> {
  const ids = JSON.stringify(all);
  const state = await index.get(indexState, {});
  const client = await records.get(clientState, {});
  if (state === undefined || client === undefined || state.madeTo !== null) return [];
  if (!(await isUsable(records, state, client))) return [];
  const rows = await records.all(customersByIds, { ids });
  const names = new Map((await index.all(namesOf, { ids })).map(({ customerId, name }) => [customerId, name]));
  const found: number[] = [];
  for (const row of rows) {
    // Customers that changed since are not in it yet.
    if (row.change_number > state.changeNumber) continue;
    const document = documentOf(row, row.customer_id, state.nameOrder);
    const isNamed = names.get(row.customer_id) === document.name;
    if (!isNamed || (withWords && !(await hasAll(index, row, document)))) found.push(row.customer_id);
  }
  return found;
}

async function hasAll(index: ReadTransaction, { customer_id: customerId }: CustomerRow, { words }: Document) {
  const all = [...words].flatMap(([place, found]) => [...found].map((word) => [place, word] as const));
  const match = all.map(([place, word]) => matchOf(index.clientId, place, [word], true)).join(' AND ');
  const entries = JSON.stringify(all);
  const row = await index.get(hasWords, { customerId, match, entries, count: all.length });
  return row?.has === 1;
}
