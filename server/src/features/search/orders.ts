/** The orders in which customers are listed: each walks an index from behind a place, and says where a candidate stands in it. */
import type { NameOrder } from '../../db/schema.ts';
import type { ReadTransaction } from '../../db/transaction.ts';
import { type Candidate, changesOf, namesOf, placesById, placesByNameOf } from './queries.ts';

/** Where a customer stands in an order: compared member by member. */
export type Key = readonly (number | string)[];

export interface Placed {
  readonly customerId: number;
  readonly key: Key;
}

/** The next customers in an order, themselves in no order. */
export interface Passed {
  readonly ids: readonly number[];
  /** Where the last of them stands; nothing when there are no more. */
  readonly end: Key | undefined;
}

export interface Order {
  /** What must be of each member of a key that a cursor brings. */
  readonly members: readonly ('number' | 'string')[];
  /** Before the first. */
  readonly start: Key;
  /** The next customers behind a key; the last change first is not walked, but remembered (see recency.ts). */
  readonly walk: ((tx: ReadTransaction, after: Key, limit: number) => Promise<Passed>) | undefined;
  /** Where some customers stand, in no order. */
  ask(tx: ReadTransaction, ids: readonly number[]): Promise<Placed[]>;
  keyOf(candidate: Candidate): Key;
}

/** The last change first; its numbers are negative, so that every order goes up. */
export const byChange: Order = {
  members: ['number'],
  start: [-Number.MAX_SAFE_INTEGER],
  walk: undefined,
  async ask(tx, ids) {
    const places = await tx.all(changesOf, { ids: JSON.stringify(ids) });
    return places.map(({ customerId, changeNumber }) => ({ customerId, key: [-changeNumber] }));
  },
  keyOf: ({ changeNumber }) => [-changeNumber],
};

const byNameIn = (country: NameOrder): Order => ({
  members: ['string', 'number'],
  start: ['', 0],
  async walk(tx, [name = '', customerId = 0], limit) {
    const from = { name: String(name), customerId: Number(customerId), limit };
    const places = await tx.all(placesByNameOf[country], from);
    const end = places.at(-1);
    return { ids: places.map((place) => place.customerId), end: end && [end.name, end.customerId] };
  },
  async ask(tx, ids) {
    const places = await tx.all(namesOf[country], { ids: JSON.stringify(ids) });
    return places.map((place) => ({ customerId: place.customerId, key: [place.name, place.customerId] }));
  },
  keyOf: ({ nameNl, nameBe, customerId }) => [country === 'nl' ? nameNl : nameBe, customerId],
});

export const byName: Readonly<Record<NameOrder, Order>> = { nl: byNameIn('nl'), be: byNameIn('be') };

export const byId: Order = {
  members: ['number'],
  start: [0],
  async walk(tx, [customerId = 0], limit) {
    const ids = (await tx.all(placesById, { customerId: Number(customerId), limit })).map((place) => place.customerId);
    const end = ids.at(-1);
    return { ids, end: end === undefined ? undefined : [end] };
  },
  ask: async (_tx, ids) => ids.map((customerId) => ({ customerId, key: [customerId] })),
  keyOf: ({ customerId }) => [customerId],
};

/** Negative when `a` stands before `b`. */
export function compareKeys(a: Key, b: Key): number {
  for (const [at, one] of a.entries()) {
    const other = b[at];
    if (one === other || other === undefined) continue;
    if (typeof one === 'string' && typeof other === 'string') return compareText(one, other);
    return one < other ? -1 : 1;
  }
  return 0;
}

/** By code points, as the databases compare: JavaScript's own order differs where one takes two units. */
function compareText(a: string, b: string): number {
  const [ofA, ofB] = [a[Symbol.iterator](), b[Symbol.iterator]()];
  for (;;) {
    const [one, other] = [ofA.next().value?.codePointAt(0) ?? -1, ofB.next().value?.codePointAt(0) ?? -1];
    if (one !== other) return one - other;
    if (one === -1) return 0;
  }
}
