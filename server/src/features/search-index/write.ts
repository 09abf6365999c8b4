/** Writes customers into the index: a batch at a time, each customer once. */
import { setImmediate as turn } from 'node:timers/promises';
import type { IndexTransaction } from '../../db/transaction/search-index.ts';
import type { NameOrder } from '../clients/tables.ts';
import type { CustomerRow } from '../customers/columns.ts';
import { type Document, documentOf, textOf, worthLearning } from './document.ts';
import { clearing, learnWords, postgresRows, sqliteRow, wordPrefix } from './words/queries.ts';

/** How many PostgreSQL writes while the next are made ready here. */
const PIECE = 250;

/** `isNew` says that none of them is in the index. */
export async function writeCustomers(
  index: IndexTransaction,
  customers: readonly CustomerRow[],
  nameOrder: NameOrder,
  isNew: boolean,
): Promise<void> {
  if (customers.length === 0) return;
  const words = new Set<string>();
  // One by one: documents that do not live long are no work for the garbage collector.
  const documentFor = (customer: CustomerRow): Document => {
    const document = documentOf(customer, customer.customer_id, nameOrder);
    for (const word of worthLearning(document)) words.add(word);
    return document;
  };
  if (index.dialect === 'sqlite') await writeRows(index, customers, documentFor, isNew);
  else await writeAll(index, customers, documentFor, isNew);
  await index.run(learnWords, { words: JSON.stringify([...words].sort()) });
}

type DocumentFor = (customer: CustomerRow) => Document;

export async function clearIndex(index: IndexTransaction): Promise<void> {
  for (const statement of clearing) await index.run(statement, {});
}

async function writeRows(
  index: IndexTransaction,
  customers: readonly CustomerRow[],
  documentFor: DocumentFor,
  isNew: boolean,
): Promise<void> {
  const prefix = wordPrefix(index.clientId);
  for (const customer of customers) {
    const { customer_id: customerId } = customer;
    const document = documentFor(customer);
    if (!isNew) await index.run(sqliteRow.remove, { customerId });
    let words = '';
    for (const [place, found] of document.words) for (const word of found) words += ` ${prefix}${place}${word}`;
    await index.run(sqliteRow.insert, { customerId, words });
    await index.run(sqliteRow.name, { customerId, name: document.name });
  }
}

async function writeAll(
  index: IndexTransaction,
  customers: readonly CustomerRow[],
  documentFor: DocumentFor,
  isNew: boolean,
): Promise<void> {
  const ids = JSON.stringify(customers.map(({ customer_id: customerId }) => customerId));
  const rows = isNew ? [] : await index.all(postgresRows.wordsOf, { ids });
  const before = new Map(rows.map(({ customerId, words }) => [customerId, words]));
  for (let at = 0; at < customers.length; at += PIECE) {
    await writePiece(index, customers.slice(at, at + PIECE), documentFor, before);
    // Sends them.
    await turn();
  }
}

/** Only words that are added or removed are written, sorted as in the table. */
async function writePiece(
  index: IndexTransaction,
  customers: readonly CustomerRow[],
  documentFor: DocumentFor,
  before: ReadonlyMap<number, string>,
): Promise<void> {
  const gone: string[] = [];
  const come: string[] = [];
  const names: [number, string, string][] = [];
  for (const customer of customers) {
    const { customer_id: customerId } = customer;
    const document = documentFor(customer);
    const text = textOf(document);
    const [had, has] = [linesOf(before.get(customerId) ?? ''), linesOf(text)];
    for (const line of had.difference(has)) gone.push(entryOf(line, customerId));
    for (const line of has.difference(had)) come.push(entryOf(line, customerId));
    names.push([customerId, text, document.name]);
  }
  await index.run(postgresRows.names, { rows: JSON.stringify(names) });
  if (gone.length > 0) await index.run(postgresRows.remove, { entries: listOf(gone) });
  if (come.length > 0) await index.run(postgresRows.insert, { entries: listOf(come) });
}

const linesOf = (text: string): Set<string> => new Set(text.split('\n').filter((line) => line !== ''));

/** Turns `l<tab>vries` into JSON. */
function entryOf(line: string, customerId: number): string {
  return `[${JSON.stringify(line[0])},${JSON.stringify(line.slice(2))},${customerId}]`;
}

const listOf = (entries: readonly string[]): string => `[${entries.toSorted().join(',')}]`;
