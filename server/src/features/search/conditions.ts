/** The conditions of a search: the terms of a query and the filters, each as lists of the index. */
import { foldCase } from '../../http/wire/text.ts';
import { clientTypeByKey, retiredClientTypes } from '../client-types/queries.ts';
import { joined, markOf, type Place, wordPlaces } from '../search-index/document.ts';
import { wantedAt, withWords, withWordsBeginning } from '../search-index/words/queries.ts';
import type { Candidate } from './candidate.ts';
import { numbersOf } from './id-set.ts';
import type { List } from './index-lists.ts';
import { changedSince, withClientType, withCredit, withoutPhone } from './queries.ts';
import type { Term } from './terms.ts';

export interface Condition {
  /** How selective it is expected to be: the conditions with the highest value are read first. */
  readonly narrowness: number;
  /** Together they hold the customers that match, or with `isComplement` those that do not. */
  readonly lists: readonly (List & { readonly place?: Place })[];
  readonly isComplement: boolean;
}

/** Does a customer match? */
export const fits = ({ lists, isComplement }: Condition, candidate: Candidate): boolean =>
  lists.some((list) => list.holds(candidate)) !== isComplement;

/** The filters of a list, normalised: empty texts and lists do not filter. */
export interface Filters {
  readonly clientTypes: readonly string[];
  readonly city: string;
  readonly zip: string;
  /** Milliseconds since 1970. */
  readonly changedSince: number | undefined;
  /** The number of the first customer created since then. */
  readonly firstId: number;
  readonly hasPhone: boolean | undefined;
  /** In cents. */
  readonly creditMin: number | undefined;
}

/** More than any credit, in cents. */
const BOUNDLESS = 1e12;

/** The customers with, at a place, a word that begins with one of these, or that is one of them. */
export function atPlace(place: Place, words: readonly string[], isWhole = false): List & { readonly place: Place } {
  const statement = isWhole ? withWords : withWordsBeginning;
  const marks = words.map((word) => (isWhole ? `${markOf(word, place)}\n` : markOf(word, place)));
  return {
    place,
    marks,
    name: `${place}${isWhole ? '=' : ' '}${words.join(' ')}`,
    read: ({ index }) => numbersOf(index.get(statement, wantedAt(index.clientId, place, words, isWhole))),
    holds: (candidate) => marks.some((mark) => candidate.words.includes(mark)),
  };
}

/**
 * How many beginnings are read separately. With more, as after typing errors, each by itself is unlikely to be asked
 * for again.
 */
const FEW = 3;

export function termCondition({ starts, joins, phones, inside }: Term): Condition {
  const groups = starts.length > FEW ? [starts] : starts.map((start) => [start]);
  const ofWords = wordPlaces.flatMap((place) =>
    [...groups, ...(joins.length === 0 ? [] : [joins])].map((group) => atPlace(place, group)),
  );
  const ofPhone = [
    ...phones.map((phone) => atPlace('p', [phone])),
    ...(inside === '' ? [] : [atPlace('p', [inside]), atPlace('q', [inside])]),
  ];
  // The more typing errors are allowed, the more customers match.
  const narrowness = Math.min(...starts.map((start) => start.length)) - Math.log2(starts.length);
  return { narrowness, lists: [...ofWords, ...ofPhone], isComplement: false };
}

/** `last` is the number of the last customer. */
export function filterConditions(filters: Filters, last: number): Condition[] {
  const { clientTypes, city, zip, changedSince: since, firstId, hasPhone, creditMin } = filters;
  return [
    ...clientTypes.map((name) => condition(4, ofClientType(foldCase(name)))),
    ...(city === '' ? [] : [condition(6, atPlace('c', [joined(city)], true))]),
    ...(zip === '' ? [] : [condition(joined(zip).length, atPlace('z', [joined(zip)]))]),
    ...(since === undefined ? [] : [condition(4, sinceList(since))]),
    ...(firstId <= 1 ? [] : [condition(7, fromNumber(firstId, last))]),
    ...(hasPhone === undefined ? [] : [condition(0, phoneless, hasPhone)]),
    // Most customers have no credit: the index holds only the others.
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
  async read({ records }) {
    const [named, retired] = await Promise.all([
      records.get(clientTypeByKey, { nameKey }),
      records.all(retiredClientTypes, {}),
    ]);
    // Who has not followed a retired one still shows its name.
    const all = [...(named === undefined ? [] : [named]), ...retired.filter(({ name }) => foldCase(name) === nameKey)];
    const lists = all.map(({ clientTypeId }) => numbersOf(records.get(withClientType, { clientTypeId })));
    return (await Promise.all(lists)).flat();
  },
  holds: ({ tags }) => (JSON.parse(tags) as string[]).some((tag) => foldCase(tag) === nameKey),
});

const sinceList = (since: number): List => ({
  name: undefined,
  read: ({ records }) => numbersOf(records.get(changedSince, { since })),
  holds: ({ changedAt }) => changedAt >= since,
});

const fromNumber = (first: number, last: number): List => ({
  name: undefined,
  read: async () => Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at),
  holds: ({ customerId }) => customerId >= first,
});

const phoneless: List = {
  name: 'no phone',
  read: ({ records }) => numbersOf(records.get(withoutPhone, {})),
  holds: ({ phone }) => phone === '',
};

const ofCredit = (from: number, below: number): List => ({
  name: `credit ${from} ${below}`,
  read: ({ records }) => numbersOf(records.get(withCredit, { from, below })),
  // Who has none stands in no list: neither limit lies beyond it.
  holds: ({ credit }) => credit >= from && credit < below,
});
