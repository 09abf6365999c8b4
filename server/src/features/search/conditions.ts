/** What a customer must be to be found: the terms of a query and the filters, each as lists in the index and as a test of one. */
import type { ReadTransaction } from '../../db/transaction.ts';
import { foldCase } from '../../wire/text.ts';
import { isWordIn, joined, type Place, wordPlaces } from '../search-index/document.ts';
import { phoneDigits } from '../search-index/phone.ts';
import { parseNumbers } from './ids.ts';
import { type Candidate, changedSince, withClientType, withCredit, withoutPhone, withWord } from './queries.ts';
import { fits, type Term } from './query.ts';

/** Reads the customers of a list, at most so many; some of them more than once. */
export type Source = (tx: ReadTransaction, limit: number) => Promise<number[]>;

export interface Condition {
  /** How few customers are expected to fit: those with the highest are read first. */
  readonly narrowness: number;
  /** Together they list who fits, or with `isComplement` who does not. */
  readonly sources: readonly { readonly place?: Place; readonly read: Source }[];
  readonly isComplement: boolean;
  holds(candidate: Candidate): boolean;
}

/** The filters of a list, normalised: empty texts and lists do not filter. */
export interface Filters {
  readonly clientTypes: readonly string[];
  readonly city: string;
  readonly zip: string;
  /** Milliseconds since 1970. */
  readonly changedSince: number | undefined;
  /** The number of the first customer that was made since then. */
  readonly firstId: number;
  readonly hasPhone: boolean | undefined;
  /** In cents. */
  readonly creditMin: number | undefined;
}

/** Behind every word that begins with what stands before it. */
const END = '\u{10ffff}';
/** More than any credit, in cents. */
const BOUNDLESS = 1e12;

async function numbersOf(reading: Promise<{ numbers: string | null } | undefined>): Promise<number[]> {
  const numbers = (await reading)?.numbers;
  return numbers == null ? [] : parseNumbers(numbers);
}

const beginning = (place: Place, start: string) => ({
  place,
  read: (tx: ReadTransaction, limit: number) =>
    numbersOf(tx.get(withWord, { place, from: start, below: start + END, limit })),
});

export function termCondition(term: Term): Condition {
  const { starts, phone, inside } = term;
  const ofWords = wordPlaces.flatMap((place) => starts.map((start) => beginning(place, start)));
  const ofPhone = [
    ...(phone === '' ? [] : [beginning('p', phone)]),
    ...(inside === '' ? [] : [beginning('p', inside), beginning('q', inside)]),
  ];
  return {
    // The more typing errors are allowed for, the more customers fit.
    narrowness: Math.min(...starts.map((start) => start.length)) - Math.log2(starts.length),
    sources: [...ofWords, ...ofPhone],
    isComplement: false,
    holds: ({ words, phone: number }) => fits(term, words, phoneDigits(number)),
  };
}

/** `last` is the number of the last customer. */
export function filterConditions(filters: Filters, last: number): Condition[] {
  const { clientTypes, city, zip, changedSince: since, firstId, hasPhone, creditMin } = filters;
  const conditions: Condition[] = clientTypes.map(clientTypeCondition);
  if (city !== '') conditions.push(cityCondition(joined(city)));
  if (zip !== '') {
    const start = joined(zip);
    conditions.push(plain(start.length, [beginning('z', start)], ({ words }) => isWordIn(words, start, 'z')));
  }
  if (since !== undefined) {
    const read: Source = (tx, limit) => numbersOf(tx.get(changedSince, { since, limit }));
    conditions.push(plain(4, [{ read }], ({ changedAt }) => changedAt >= since));
  }
  if (firstId > 1) {
    const read: Source = async (_tx, limit) => numbersFrom(firstId, Math.min(last, firstId + limit - 1));
    conditions.push(plain(7, [{ read }], ({ customerId }) => customerId >= firstId));
  }
  if (hasPhone !== undefined) conditions.push(phoneCondition(hasPhone));
  if (creditMin !== undefined) conditions.push(creditCondition(creditMin));
  return conditions;
}

const numbersFrom = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);

const plain = (
  narrowness: number,
  sources: Condition['sources'],
  holds: Condition['holds'],
  isComplement = false,
): Condition => ({ narrowness, sources, holds, isComplement });

function clientTypeCondition(name: string): Condition {
  const nameKey = foldCase(name);
  const read: Source = (tx, limit) => numbersOf(tx.get(withClientType, { nameKey, limit }));
  const holds = ({ tags }: Candidate) => (JSON.parse(tags) as string[]).some((tag) => foldCase(tag) === nameKey);
  return plain(4, [{ read }], holds);
}

function cityCondition(city: string): Condition {
  const read: Source = (tx, limit) =>
    numbersOf(tx.get(withWord, { place: 'c', from: city, below: `${city}\u0000`, limit }));
  return plain(6, [{ read }], ({ words }) => words.includes(`\nc\t${city}\n`));
}

function phoneCondition(hasPhone: boolean): Condition {
  const read: Source = (tx, limit) => numbersOf(tx.get(withoutPhone, { limit }));
  return plain(hasPhone ? 0 : 1, [{ read }], ({ phone }) => (phone !== '') === hasPhone, hasPhone);
}

/** Most customers have no credit: the index holds the others. */
function creditCondition(min: number): Condition {
  const isComplement = min <= 0;
  const range = isComplement ? { from: -BOUNDLESS, below: min } : { from: min, below: BOUNDLESS };
  const read: Source = (tx, limit) => numbersOf(tx.get(withCredit, { ...range, limit }));
  return plain(isComplement ? 0 : 5, [{ read }], ({ credit }) => credit >= min, isComplement);
}
