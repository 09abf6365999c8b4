/** Keeps the index of the search in step with a customer, in the transaction that writes it. */
import type { WriteTransaction } from '../../db/transaction.ts';
import type { CustomerColumns } from '../customers/queries.ts';
import { type Document, documentOf } from './document.ts';
import { insertSearch, insertWords, insertWordsIfIndexed, learnWords, removeWords, updateSearch } from './queries.ts';

/** What can be mistyped so that another word is meant. */
const WORTH_LEARNING = /^\p{L}{4,}$/u;

/** What stands in the index for a customer: each entry is a place and a word, in JSON. */
function entriesOf({ words }: Document): Set<string> {
  const entries = [...words].flatMap(([place, found]) => [...found].map((word) => JSON.stringify([place, word])));
  return new Set(entries);
}

const list = (entries: ReadonlySet<string>): string => `[${[...entries].join(',')}]`;

/** The words of a customer that are kept to be compared with mistyped ones. */
export const worthLearning = ({ words }: Document): string[] =>
  [...words.values()].flatMap((found) => [...found]).filter((word) => WORTH_LEARNING.test(word));

async function learn(tx: WriteTransaction, document: Document, known: Document | undefined): Promise<void> {
  const old = new Set(known === undefined ? [] : worthLearning(known));
  const words = worthLearning(document).filter((word) => !old.has(word));
  if (words.length > 0) await tx.run(learnWords, { words: JSON.stringify(words) });
}

/** Puts a customer into the index who is not in it. */
export async function indexCustomer(
  tx: WriteTransaction,
  customerId: number,
  customer: CustomerColumns,
): Promise<void> {
  const document = documentOf(customer, customerId);
  const { text, nameNl, nameBe } = document;
  await tx.run(insertSearch, { customerId, text, nameNl, nameBe });
  await tx.run(insertWords, { customerId, words: list(entriesOf(document)) });
  await learn(tx, document, undefined);
}

/** Changes what the index holds of a customer; of one that the index is still to be filled with, it holds nothing. */
export async function reindexCustomer(
  tx: WriteTransaction,
  customerId: number,
  before: CustomerColumns,
  after: CustomerColumns,
): Promise<void> {
  const [old, document] = [documentOf(before, customerId), documentOf(after, customerId)];
  const { text, nameNl, nameBe } = document;
  if (text !== old.text || nameBe !== old.nameBe) await tx.run(updateSearch, { customerId, text, nameNl, nameBe });
  const [had, has] = [entriesOf(old), entriesOf(document)];
  const [gone, come] = [had.difference(has), has.difference(had)];
  if (gone.size > 0) await tx.run(removeWords, { customerId, words: list(gone) });
  if (come.size === 0) return;
  await tx.run(insertWordsIfIndexed, { customerId, words: list(come) });
  await learn(tx, document, old);
}
