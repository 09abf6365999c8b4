/** The index of the search: it knows each customer, or those of a sample, by the words that the record gives. */
import type { Store } from '../../db/store.ts';
import { customersByIds } from '../customers/queries.ts';
import { type Document, documentOf } from '../search-index/document.ts';
import { indexStates } from '../search-index/indexer.ts';
import { clientState } from '../search-index/queries.ts';
import { isUsable } from '../search-index/take-in.ts';
import { wordPrefix } from '../search-index/words/queries.ts';
import { compareIndex } from './compare-index.ts';
import { chunksOf } from './customers.ts';
import { type Finding, numbered, type Patient } from './finding.ts';
import { openVocabulary, wordCounts } from './queries.ts';

/** Few enough for the time that a read in a thread may take. */
const CHUNK = 50;
const NAMES = 500;

/** An index that is not made, or not of these records, is no finding: it is made by the service that starts. */
export async function examineIndex(store: Store, patient: Patient, isFull: boolean): Promise<Finding[]> {
  const { clientId, name: client } = patient;
  const isThere = (await indexStates(store)).some((state) => state.clientId === clientId);
  if (!isThere) return [];
  // A full-text index is quick to be read as a whole, and slow to be asked for each word of each customer.
  const isCounted = isFull && store.dialect === 'sqlite';
  const who = { clientId, actor: { kind: 'command', id: null } } as const;
  const found = new Set<number>(isCounted ? await otherCounts(store, patient) : []);
  for (const ids of chunksOf(patient, isFull, isCounted ? NAMES : CHUNK)) {
    const args = { ids, withWords: !isCounted };
    for (const id of JSON.parse(await store.readHeavily(who, compareIndex, args)) as number[]) found.add(id);
  }
  if (found.size === 0) return [];
  const numbers = numbered([...found].sort((a, b) => a - b));
  const what = `the index of the search does not have these customers as they are: ${numbers}`;
  return [{ check: 'index', client, what, advice: `Run "foyer index rebuild --client ${client}".` }];
}

/** On SQLite: the customers of whom the index has more or fewer words than the records, or longer or shorter ones. */
async function otherCounts(store: Store, patient: Patient): Promise<number[]> {
  const { clientId } = patient;
  const state = (await indexStates(store)).find((one) => one.clientId === clientId);
  const isGood =
    state !== undefined &&
    state.madeTo === null &&
    (await store.read(clientId, async (tx) => {
      const client = await tx.get(clientState, {});
      return client !== undefined && (await isUsable(tx, state, client));
    }));
  if (!isGood) return [];
  const rows = await store.readIndex(async (tx) => {
    await tx.run(openVocabulary, {});
    return tx.all(wordCounts, { from: wordPrefix(clientId), below: wordPrefix(clientId + 1) });
  });
  const counts = new Map((rows ?? []).map(({ customerId, words, letters }) => [customerId, `${words} ${letters}`]));
  const found: number[] = [];
  for (const all of chunksOf(patient, true)) {
    const customers = await store.read(clientId, (tx) => tx.all(customersByIds, { ids: JSON.stringify(all) }));
    for (const row of customers) {
      // Whoever changed since is not in it yet.
      if (row.change_number > state.changeNumber) continue;
      if (counts.get(row.customer_id) !== countOf(documentOf(row, row.customer_id, state.nameOrder)))
        found.push(row.customer_id);
    }
  }
  return found;
}

/** How many words, and how long they are together with what stands before each: a character and a letter. */
function countOf({ words }: Document): string {
  const all = [...words.values()].flatMap((found) => [...found]);
  return `${all.length} ${all.reduce((sum, word) => sum + [...word].length + 2, 0)}`;
}
