/** What a customer must be to be found: the terms of a query and the filters, each as lists of the index. */
import type { ReadTransaction } from '../../db/transaction.ts';
import { foldCase } from '../../wire/text.ts';
import { isWordIn, joined, type Place, wordPlaces } from '../search-index/document.ts';
import { innerEnds, phoneDigits } from '../search-index/phone.ts';
import { numbersOf } from './ids.ts';
import type { List } from './lists.ts';
import { type Candidate, changedSince, withClientType, withCredit, withoutPhone, withWord } from './queries.ts';
import type { Term } from './query.ts';
import { beginningWith, just } from './ranges.ts';

export interface Condition {
  /** How few customers are expected to fit: those with the highest are read first. */
  readonly narrowness: number;
  /** Together they hold who fits, or with `isComplement` who does not. */
  readonly lists: readonly (List & { readonly place?: Place })[];
  readonly isComplement: boolean;
}

/** Does a customer fit? */
export const fits = ({ lists, isComplement }: Condition, candidate: Candidate): boolean =>
  lists.some((list) => list.holds(candidate)) !== isComplement;

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

/** More than any credit, in cents. */
const BOUNDLESS = 1e12;

/** Who has a word at a place that begins like this. */
const beginning = (place: Place, start: string) => ({
  place,
  name: `${place} ${start}`,
  read: (tx: ReadTransaction) => numbersOf(tx.get(withWord, { place, ...beginningWith(start) })),
  holds: ({ words, phone }: Candidate): boolean => {
    if (place === 'p') return phoneDigits(phone).startsWith(start);
    if (place === 'q') return innerEnds(phoneDigits(phone)).some((end) => end.startsWith(start));
    return isWordIn(words, start, place);
  },
});

export function termCondition({ starts, phone, inside }: Term): Condition {
  const ofWords = wordPlaces.flatMap((place) => starts.map((start) => beginning(place, start)));
  const ofPhone = [
    ...(phone === '' ? [] : [beginning('p', phone)]),
    ...(inside === '' ? [] : [beginning('p', inside), beginning('q', inside)]),
  ];
  // The more typing errors are allowed for, the more customers fit.
  const narrowness = Math.min(...starts.map((start) => start.length)) - Math.log2(starts.length);
  return { narrowness, lists: [...ofWords, ...ofPhone], isComplement: false };
}

/** `last` is the number of the last customer. */
export function filterConditions(filters: Filters, last: number): Condition[] {
  const { clientTypes, city, zip, changedSince: since, firstId, hasPhone, creditMin } = filters;
  return [
    ...clientTypes.map((name) => condition(4, ofClientType(foldCase(name)))),
    ...(city === '' ? [] : [condition(6, ofCity(joined(city)))]),
    ...(zip === '' ? [] : [condition(joined(zip).length, beginning('z', joined(zip)))]),
    ...(since === undefined ? [] : [condition(4, sinceList(since))]),
    ...(firstId <= 1 ? [] : [condition(7, fromNumber(firstId, last))]),
    ...(hasPhone === undefined ? [] : [condition(0, phoneless, hasPhone)]),
    // Most customers have no credit: the index holds the others.
    ...(creditMin === undefined
      ? []
      : [
          creditMin <= 0
            ? condition(0, ofCredit(-BOUNDLESS, creditMin), true)
            : condition(5, ofCredit(creditMin, BOUNDLESS)),
        ]),
  ];
}

const condition = (narrowness: number, list: List, isComplement = false): Condition => ({
  narrowness,
  lists: [list],
  isComplement,
});

const ofClientType = (nameKey: string): List => ({
  name: `type ${nameKey}`,
  read: (tx) => numbersOf(tx.get(withClientType, { nameKey })),
  holds: ({ tags }) => (JSON.parse(tags) as string[]).some((tag) => foldCase(tag) === nameKey),
});

const ofCity = (city: string): List => ({
  name: `city ${city}`,
  read: (tx) => numbersOf(tx.get(withWord, { place: 'c', ...just(city) })),
  holds: ({ words }) => words.includes(`\nc\t${city}\n`),
});

const sinceList = (since: number): List => ({
  name: undefined,
  read: (tx) => numbersOf(tx.get(changedSince, { since })),
  holds: ({ changedAt }) => changedAt >= since,
});

const fromNumber = (first: number, last: number): List => ({
  name: undefined,
  read: async () => Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at),
  holds: ({ customerId }) => customerId >= first,
});

const phoneless: List = {
  name: 'no phone',
  read: (tx) => numbersOf(tx.get(withoutPhone, {})),
  holds: ({ phone }) => phone === '',
};

const ofCredit = (from: number, below: number): List => ({
  name: `credit ${from} ${below}`,
  read: (tx) => numbersOf(tx.get(withCredit, { from, below })),
  // Who has none stands in no list: neither limit lies beyond it.
  holds: ({ credit }) => credit >= from && credit < below,
});
