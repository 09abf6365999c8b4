/** Writes customers into the index: each customer once a batch. */
import { setImmediate as turn } from 'node:timers/promises';
import type { IndexTransaction } from '../../db/transaction/search-index.ts';
import type { NameOrder } from '../clients/tables.ts';
import type { CustomerRow } from '../customers/columns.ts';
import { type Document, documentOf, textOf, worthLearning } from './document.ts';
import { pageRows } from './pages/queries.ts';
import type { Run } from './pages/run.ts';
import { clearing, learnWords, postgresRows, sqliteRow, wordPrefix } from './words/queries.ts';

/** How many PostgreSQL writes while the next are made ready here. */
const PIECE = 250;

/** `isNew` says that none of them is in the index. Of customers who are not, a run takes the words. */
export async function writeCustomers(
  index: IndexTransaction,
  customers: readonly CustomerRow[],
  nameOrder: NameOrder,
  isNew: boolean,
  run?: Run,
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
  else await writeAll(index, customers, documentFor, isNew, run);
  await index.run(learnWords, { words: JSON.stringify([...words].sort()) });
}

type DocumentFor = (customer: CustomerRow) => Document;

export async function clearIndex(index: IndexTransaction): Promise<void> {
  for (const statement of clearing) await index.run(statement, {});
  if (index.dialect === 'postgres') await index.run(pageRows.clear, {});
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

/** What the index has of a customer. */
interface Before {
  readonly words: string;
  readonly run: number | null;
}

async function writeAll(
  index: IndexTransaction,
  customers: readonly CustomerRow[],
  documentFor: DocumentFor,
  isNew: boolean,
  run: Run | undefined,
): Promise<void> {
  const ids = JSON.stringify(customers.map(({ customer_id: customerId }) => customerId));
  const rows = isNew ? [] : await index.all(postgresRows.wordsOf, { ids });
  const before = new Map(rows.map(({ customerId, words, run }): [number, Before] => [customerId, { words, run }]));
  for (let at = 0; at < customers.length; at += PIECE) {
    const piece = customers.slice(at, at + PIECE);
    const isOld = ({ customer_id: id }: CustomerRow): boolean => before.has(id);
    if (run === undefined) await writePiece(index, piece, documentFor, before);
    else {
      await addTo(
        run,
        index,
        piece.filter((one) => !isOld(one)),
        documentFor,
      );
      await writePiece(index, piece.filter(isOld), documentFor, before);
    }
    // Sends them.
    await turn();
  }
}

async function addTo(
  run: Run,
  index: IndexTransaction,
  customers: readonly CustomerRow[],
  documentFor: DocumentFor,
): Promise<void> {
  if (customers.length === 0) return;
  const names = customers.map((customer) => {
    const document = documentFor(customer);
    run.add(customer.customer_id, document);
    return [customer.customer_id, textOf(document), document.name];
  });
  await index.run(postgresRows.names, { rows: JSON.stringify(names), run: run.number ?? null });
}

interface Lost {
  readonly line: string;
  readonly customerId: number;
}

/** Only words that are added or removed are written, sorted as in the table. */
async function writePiece(
  index: IndexTransaction,
  customers: readonly CustomerRow[],
  documentFor: DocumentFor,
  before: ReadonlyMap<number, Before>,
): Promise<void> {
  if (customers.length === 0) return;
  const gone: string[] = [];
  const come: string[] = [];
  const names: [number, string, string][] = [];
  const lost: Lost[] = [];
  for (const customer of customers) {
    const { customer_id: customerId } = customer;
    const document = documentFor(customer);
    const text = textOf(document);
    const { words = '', run = null } = before.get(customerId) ?? {};
    const [had, has] = [linesOf(words), linesOf(text)];
    for (const line of had.difference(has)) {
      gone.push(entryOf(line, customerId));
      if (run !== null) lost.push({ line, customerId });
    }
    for (const line of has.difference(had)) come.push(entryOf(line, customerId));
    names.push([customerId, text, document.name]);
  }
  await index.run(postgresRows.names, { rows: JSON.stringify(names), run: null });
  if (lost.length > 0) come.push(...(await struckOut(index, lost)));
  if (gone.length > 0) await index.run(postgresRows.remove, { entries: listOf(gone) });
  if (come.length > 0) await index.run(postgresRows.insert, { entries: listOf(come) });
}

/** Of words that customers of runs lose, those that are in pages, as they are struck out there. */
async function struckOut(index: IndexTransaction, lost: readonly Lost[]): Promise<string[]> {
  const entries = listOf(lost.map(({ line, customerId }) => entryOf(line, customerId)));
  const rows = await index.all(postgresRows.among, { entries });
  const isRow = new Set(rows.map(({ place, word, customerId }) => `${place}\t${word}\t${customerId}`));
  return lost
    .filter(({ line, customerId }) => !isRow.has(`${line}\t${customerId}`))
    .map(({ line, customerId }) => entryOf(line, -customerId));
}

const linesOf = (text: string): Set<string> => new Set(text.split('\n').filter((line) => line !== ''));

/** Turns `l<tab>vries` into JSON. */
function entryOf(line: string, customerId: number): string {
  return `[${JSON.stringify(line[0])},${JSON.stringify(line.slice(2))},${customerId}]`;
}

const listOf = (entries: readonly string[]): string => `[${entries.toSorted().join(',')}]`;
