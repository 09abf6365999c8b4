/** The orders in which customers are listed: each walks along all of them from behind a place, and says where one stands in it. */
import type { NameOrder } from '../../db/schema.ts';
import type { ReadTransaction } from '../../db/transaction.ts';
import type { Lists } from './lists.ts';
import { type Candidate, changesOf, namesOf, placesById, placesByNameOf } from './queries.ts';

/** Where a customer stands in an order: compared member by member. */
export type Key = readonly (number | string)[];

export interface Placed {
  readonly customerId: number;
  readonly key: Key;
}

export interface Walked {
  readonly placed: readonly Placed[];
  /** Where to go on, when it took too long to find as many as were asked for. */
  readonly resume: Key | undefined;
}

export interface Walk {
  readonly after: Key;
  /** So many are wanted. */
  readonly limit: number;
  /** So many are passed until they are found, as is to be expected. */
  readonly depth: number;
  isWanted(customerId: number): boolean;
}

export interface Order {
  /** What must be of each member of a key that a cursor brings. */
  readonly members: readonly ('number' | 'string')[];
  /** Before the first. */
  readonly start: Key;
  /** The next ones that are wanted behind a key. */
  walk(tx: ReadTransaction, lists: Lists, walk: Walk): Promise<Walked>;
  /** What a walk of that depth costs, in microseconds. */
  costOf(depth: number, lists: Lists): number;
  /** Where some customers stand, in no order. */
  ask(tx: ReadTransaction, ids: readonly number[]): Promise<Placed[]>;
  keyOf(candidate: Candidate): Key;
}

/** So many are passed in a walk before a page is given as it is. */
const MOST_PASSED = 200_000;
const MOST_AT_ONCE = 20_000;
/** Microseconds to pass a customer that is read, and one that is remembered. */
const READ = 0.35;
const REMEMBERED = 0.005;

/** The next of all customers behind a key, in the order. */
type Next = (tx: ReadTransaction, after: Key, limit: number) => Promise<Placed[]>;

/** Walks along an index of the database. */
const along =
  (next: Next): Order['walk'] =>
  async (tx, _lists, { after, limit, depth, isWanted }) => {
    const placed: Placed[] = [];
    const chunk = Math.max(limit, Math.min(MOST_AT_ONCE, Math.ceil(1.2 * depth)));
    let from = after;
    for (let left = MOST_PASSED; left > 0; left -= chunk) {
      const passed = await next(tx, from, chunk);
      for (const one of passed) if (isWanted(one.customerId)) placed.push(one);
      const end = passed.at(-1);
      if (end === undefined || passed.length < chunk || placed.length >= limit) {
        return { placed: placed.slice(0, limit), resume: undefined };
      }
      from = end.key;
    }
    return { placed, resume: from };
  };

/** The last change first, as it is remembered; its numbers are negative, so that every order goes up. */
export const byChange: Order = {
  members: ['number'],
  start: [-Number.MAX_SAFE_INTEGER],
  async walk(_tx, lists, { after, limit, isWanted }) {
    const { found, resume } = await lists.before(-Number(after[0]), limit, isWanted);
    const placed = found.map(({ customerId, changeNumber }) => ({ customerId, key: [-changeNumber] }));
    return { placed, resume: resume === undefined ? undefined : [-resume] };
  },
  costOf(depth, lists) {
    const remembered = Math.min(depth, lists.recent);
    return remembered * REMEMBERED + (depth - remembered) * READ;
  },
  async ask(tx, ids) {
    const places = await tx.all(changesOf, { ids: JSON.stringify(ids) });
    return places.map(({ customerId, changeNumber }) => ({ customerId, key: [-changeNumber] }));
  },
  keyOf: ({ changeNumber }) => [-changeNumber],
};

const nameKey = ({ name, customerId }: { name: string; customerId: number }): Placed => ({
  customerId,
  key: [name, customerId],
});

const byNameIn = (country: NameOrder): Order => ({
  members: ['string', 'number'],
  start: ['', 0],
  walk: along(async (tx, [name = '', customerId = 0], limit) => {
    const from = { name: String(name), customerId: Number(customerId), limit };
    return (await tx.all(placesByNameOf[country], from)).map(nameKey);
  }),
  costOf: (depth) => depth * READ,
  ask: async (tx, ids) => (await tx.all(namesOf[country], { ids: JSON.stringify(ids) })).map(nameKey),
  keyOf: ({ nameNl, nameBe, customerId }) => [country === 'nl' ? nameNl : nameBe, customerId],
});

export const byName: Readonly<Record<NameOrder, Order>> = { nl: byNameIn('nl'), be: byNameIn('be') };

const idKey = (customerId: number): Placed => ({ customerId, key: [customerId] });

export const byId: Order = {
  members: ['number'],
  start: [0],
  walk: along(async (tx, [customerId = 0], limit) => {
    const places = await tx.all(placesById, { customerId: Number(customerId), limit });
    return places.map((place) => idKey(place.customerId));
  }),
  costOf: (depth) => depth * READ,
  ask: async (_tx, ids) => ids.map(idKey),
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
