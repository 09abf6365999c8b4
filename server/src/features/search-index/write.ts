/** Writes customers into the index: a batch at a time, each customer once. */
import type { IndexTransaction } from '../../db/transaction/search-index.ts';
import { type Document, textOf, worthLearning } from './document.ts';
import { clearing, learnWords, postgresRows, sqliteRow, wordPrefix } from './words/queries.ts';

export interface Entry {
  readonly customerId: number;
  readonly document: Document;
}

/** `isNew` says that none of them is in the index. */
export async function writeEntries(index: IndexTransaction, entries: Iterable<Entry>, isNew: boolean): Promise<void> {
  const words = new Set<string>();
  const learning = learned(entries, words);
  if (index.dialect === 'sqlite') await writeRows(index, learning, isNew);
  else await writeAll(index, [...learning], isNew);
  if (words.size > 0) await index.run(learnWords, { words: JSON.stringify([...words].sort()) });
}

/** The same entries; their words that are worth learning are added on the way. */
function* learned(entries: Iterable<Entry>, words: Set<string>): Generator<Entry> {
  for (const entry of entries) {
    for (const word of worthLearning(entry.document)) words.add(word);
    yield entry;
  }
}

export async function clearIndex(index: IndexTransaction): Promise<void> {
  for (const statement of clearing) await index.run(statement, {});
}

/** One by one: documents that do not live long are no work for the garbage collector. */
async function writeRows(index: IndexTransaction, entries: Iterable<Entry>, isNew: boolean): Promise<void> {
  const prefix = wordPrefix(index.clientId);
  for (const { customerId, document } of entries) {
    if (!isNew) await index.run(sqliteRow.remove, { customerId });
    let words = '';
    for (const [place, found] of document.words) for (const word of found) words += ` ${prefix}${place}${word}`;
    await index.run(sqliteRow.insert, { customerId, words });
    await index.run(sqliteRow.name, { customerId, name: document.name });
  }
}

/** Only words that are added or removed are written, sorted as in the table. */
async function writeAll(index: IndexTransaction, entries: readonly Entry[], isNew: boolean): Promise<void> {
  if (entries.length === 0) return;
  const ids = JSON.stringify(entries.map(({ customerId }) => customerId));
  const rows = isNew ? [] : await index.all(postgresRows.wordsOf, { ids });
  const before = new Map(rows.map(({ customerId, words }) => [customerId, words]));
  const [gone, come]: string[][] = [[], []];
  const names: [number, string, string][] = [];
  for (const { customerId, document } of entries) {
    const text = textOf(document);
    const [had, has] = [linesOf(before.get(customerId) ?? ''), linesOf(text)];
    for (const line of had.difference(has)) gone?.push(entryOf(line, customerId));
    for (const line of has.difference(had)) come?.push(entryOf(line, customerId));
    names.push([customerId, text, document.name]);
  }
  await index.run(postgresRows.names, { rows: JSON.stringify(names) });
  if (gone !== undefined && gone.length > 0) await index.run(postgresRows.remove, { entries: listOf(gone) });
  if (come !== undefined && come.length > 0) await index.run(postgresRows.insert, { entries: listOf(come) });
}

const linesOf = (text: string): Set<string> => new Set(text.split('\n').filter((line) => line !== ''));

/** Turns `l<tab>vries` into JSON. */
function entryOf(line: string, customerId: number): string {
  return `[${JSON.stringify(line[0])},${JSON.stringify(line.slice(2))},${customerId}]`;
}

const listOf = (entries: readonly string[]): string => `[${entries.toSorted().join(',')}]`;
