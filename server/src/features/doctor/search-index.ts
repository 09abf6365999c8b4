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
import { openVocabulary, pagesAfter, wordCounts, wordsAfter } from './queries.ts';

/** Few enough for the time that a read in a thread may take. */
const CHUNK = 50;
const NAMES = 500;
const WORDS = 10_000;
const PAGES = 500;

/** An index that is not made, or not of these records, is no finding: it is made by the service that starts. */
export async function examineIndex(store: Store, patient: Patient, isFull: boolean): Promise<Finding[]> {
  const { clientId, name: client } = patient;
  const isThere = (await indexStates(store)).some((state) => state.clientId === clientId);
  if (!isThere) return [];
  const who = { clientId, actor: { kind: 'command', id: null } } as const;
  // The index is quick to be read as a whole, and slow to be asked for each word of each customer.
  const found = new Set<number>(isFull ? await otherCounts(store, patient) : []);
  for (const ids of chunksOf(patient, isFull, isFull ? NAMES : CHUNK)) {
    const args = { ids, withWords: !isFull };
    for (const id of JSON.parse(await store.readHeavily(who, compareIndex, args)) as number[]) found.add(id);
  }
  if (found.size === 0) return [];
  const numbers = numbered([...found].sort((a, b) => a - b));
  const what = `the index of the search does not have these customers as they are: ${numbers}`;
  return [{ check: 'index', client, what, advice: `Run "foyer index rebuild --client ${client}".` }];
}

/** The customers of whom the index has more or fewer words than the records, or longer or shorter ones. */
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
  const counts =
    store.dialect === 'sqlite' ? await countsOfFile(store, clientId) : await countsOfTables(store, clientId);
  const found: number[] = [];
  for (const all of chunksOf(patient, true)) {
    const customers = await store.read(clientId, (tx) => tx.all(customersByIds, { ids: JSON.stringify(all) }));
    for (const row of customers) {
      // Whoever changed since is not in it yet.
      if (row.change_number > state.changeNumber) continue;
      const { words, letters } = counts.get(row.customer_id) ?? { words: 0, letters: 0 };
      const expected = countOf(documentOf(row, row.customer_id, state.nameOrder));
      if (words !== expected.words || letters !== expected.letters) found.push(row.customer_id);
    }
  }
  return found;
}

/** How many words, and how long they are together. */
interface Count {
  readonly words: number;
  readonly letters: number;
}

function countOf({ words }: Document): Count {
  const all = [...words.values()].flatMap((found) => [...found]);
  return { words: all.length, letters: all.reduce((sum, word) => sum + lengthOf(word), 0) };
}

/** On SQLite. What stands before each word is two letters long. */
async function countsOfFile(store: Store, clientId: number): Promise<Map<number, Count>> {
  const rows = await store.readIndex(async (tx) => {
    await tx.run(openVocabulary, {});
    return tx.all(wordCounts, { from: wordPrefix(clientId), below: wordPrefix(clientId + 1) });
  });
  return new Map(
    (rows ?? []).map(({ customerId, words, letters }) => [customerId, { words, letters: letters - 2 * words }]),
  );
}

/** On PostgreSQL. A word that is struck out in its page counts against it. */
async function countsOfTables(store: Store, clientId: number): Promise<Map<number, Count>> {
  const counts = new Map<number, Count>();
  const add = (customerId: number, words: number, letters: number): void => {
    const sum = counts.get(customerId) ?? { words: 0, letters: 0 };
    counts.set(customerId, { words: sum.words + words, letters: sum.letters + letters });
  };
  let word: Parameters<typeof nextWords>[2] | undefined = { place: '', word: '', customerId: 0 };
  while (word !== undefined) {
    const rows = await nextWords(store, clientId, word);
    for (const { word: text, customerId } of rows)
      add(Math.abs(customerId), Math.sign(customerId), Math.sign(customerId) * lengthOf(text));
    word = rows.at(-1);
  }
  let page: Parameters<typeof nextPages>[2] | undefined = { place: '', start: '', run: 0 };
  while (page !== undefined) {
    const rows = await nextPages(store, clientId, page);
    for (const { words, numbers } of rows) {
      const lengths = words.split('\n').map(lengthOf);
      for (const [at, ids] of numbers.split('\n').entries())
        for (const id of ids.split(',')) add(Number(id), 1, lengths[at] as number);
    }
    page = rows.at(-1);
  }
  return counts;
}

const nextWords = (store: Store, clientId: number, after: { place: string; word: string; customerId: number }) =>
  store.read(clientId, (tx) => tx.all(wordsAfter, { ...after, limit: WORDS }));

const nextPages = (store: Store, clientId: number, after: { place: string; start: string; run: number }) =>
  store.read(clientId, (tx) => tx.all(pagesAfter, { ...after, limit: PAGES }));

const lengthOf = (word: string): number => [...word].length;
