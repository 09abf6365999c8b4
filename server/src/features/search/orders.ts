/**
 * The orders in which customers are listed: each walks along all of them after a place, and says where one is in it.
 */
import { namesOf, placesByName } from '../search-index/words/queries.ts';
import type { Candidate } from './candidate.ts';
import type { Lists } from './index-lists.ts';
import { changesOf, type PlaceOfChange, placesByChangeUp, placesById } from './queries.ts';

/** The place of a customer in an order: compared member by member. */
export type Key = readonly (number | string)[];

export interface Placed {
  readonly customerId: number;
  readonly key: Key;
}

export interface Walked {
  readonly placed: readonly Placed[];
  /** Where to continue, if it took too long to find as many as were asked for. */
  readonly resume: Key | undefined;
}

export interface Walk {
  readonly after: Key;
  /** How many are wanted. */
  readonly limit: number;
  /** How many are expected to be passed until they are found. */
  readonly depth: number;
  isWanted(customerId: number): boolean;
}

export interface Order {
  /** What each member of a key from a cursor must be. */
  readonly members: readonly ('number' | 'string')[];
  /** Before the first. */
  readonly start: Key;
  /** The next wanted ones after a key. */
  walk(lists: Lists, walk: Walk): Promise<Walked>;
  /** What a walk of that depth costs, in microseconds. */
  costOf(depth: number, lists: Lists): number;
  /** The places of some customers, in no order. */
  ask(lists: Lists, ids: readonly number[]): Promise<Placed[]>;
  keyOf(candidate: Candidate): Key;
}

/** How many a walk passes at most before it returns the page as it is. */
const MOST_PASSED = 200_000;
const MOST_AT_ONCE = 20_000;
/** Microseconds to pass a customer that is read, and one that is cached. */
const READ = 0.1;
const REMEMBERED = 0.005;

interface Passed {
  readonly passed: readonly Placed[];
  /** Where it continues; `undefined` after the last. */
  readonly end: Key | undefined;
}

/** The next of all customers after a key, in the order. */
type Next = (lists: Lists, after: Key, limit: number) => Promise<Passed>;

/** Walks along an index of the database. */
const along =
  (next: Next): Order['walk'] =>
  async (lists, { after, limit, depth, isWanted }) => {
    const placed: Placed[] = [];
    const chunk = Math.max(limit, Math.min(MOST_AT_ONCE, Math.ceil(1.2 * depth)));
    let from = after;
    for (let left = MOST_PASSED; left > 0; left -= chunk) {
      const { passed, end } = await next(lists, from, chunk);
      for (const one of passed) if (isWanted(one.customerId)) placed.push(one);
      if (end === undefined || placed.length >= limit) return { placed: placed.slice(0, limit), resume: undefined };
      from = end;
    }
    return { placed, resume: from };
  };

/** The latest change first, as it is cached; its numbers are negative, so that every order ascends. */
export const byChange: Order = {
  members: ['number'],
  start: [-Number.MAX_SAFE_INTEGER],
  async walk(lists, { after, limit, isWanted }) {
    const { found, resume } = await lists.before(-Number(after[0]), limit, isWanted);
    const placed = found.map(({ customerId, changeNumber }) => ({ customerId, key: [-changeNumber] }));
    return { placed, resume: resume === undefined ? undefined : [-resume] };
  },
  costOf(depth, lists) {
    const remembered = Math.min(depth, lists.recent);
    return remembered * REMEMBERED + (depth - remembered) * READ;
  },
  async ask(lists, ids) {
    const placed: Placed[] = [];
    const unknown: number[] = [];
    for (const customerId of ids) {
      const changeNumber = lists.changeNumberOf(customerId);
      if (changeNumber === undefined) unknown.push(customerId);
      else placed.push({ customerId, key: [-changeNumber] });
    }
    if (unknown.length === 0) return placed;
    const rows = await lists.reading.records.all(changesOf, { ids: JSON.stringify(unknown) });
    return [...placed, ...rows.map(({ customerId, changeNumber }) => ({ customerId, key: [-changeNumber] }))];
  },
  keyOf: ({ changeNumber }) => [-changeNumber],
};

const changeKey = ({ customerId, changedAt, changeNumber }: PlaceOfChange): Placed => ({
  customerId,
  key: [changedAt, changeNumber],
});

/** The latest change last. */
export const byChangeUp: Order = {
  members: ['number', 'number'],
  start: [0, 0],
  walk: along(async ({ reading }, [changedAt, changeNumber], limit) => {
    const from = { changedAt: Number(changedAt), changeNumber: Number(changeNumber), limit };
    const passed = (await reading.records.all(placesByChangeUp, from)).map(changeKey);
    return { passed, end: passed.length < limit ? undefined : passed.at(-1)?.key };
  }),
  costOf: (depth) => depth * READ,
  ask: async ({ reading }, ids) => (await reading.records.all(changesOf, { ids: JSON.stringify(ids) })).map(changeKey),
  keyOf: ({ changedAt, changeNumber }) => [changedAt, changeNumber],
};

const nameKey = ({ name, customerId }: { name: string; customerId: number }): Placed => ({
  customerId,
  key: [name, customerId],
});

/** As in the index, with customers that changed since in their current places. */
const nextByName: Next = async (lists, [name = '', customerId = 0], limit) => {
  const from = { name: String(name), customerId: Number(customerId), limit };
  const indexed = (await lists.reading.index.all(placesByName, from)).map(nameKey);
  const end = indexed.length < limit ? undefined : indexed.at(-1)?.key;
  const changed = [...lists.changed.values()]
    .map(nameKey)
    .filter(({ key }) => compareKeys(key, [name, customerId]) > 0 && (end === undefined || compareKeys(key, end) <= 0));
  const unchanged = indexed.filter((one) => !lists.changed.has(one.customerId));
  // The end leads on, although the customer there may have moved.
  const passed =
    changed.length === 0 ? unchanged : [...unchanged, ...changed].sort((a, b) => compareKeys(a.key, b.key));
  return { passed, end };
};

export const byName: Order = {
  members: ['string', 'number'],
  start: ['', 0],
  walk: along(nextByName),
  costOf: (depth) => depth * READ,
  async ask({ reading, changed }, ids) {
    const indexed = (await reading.index.all(namesOf, { ids: JSON.stringify(ids) })).map(nameKey);
    const own = ids.flatMap((id) => changed.get(id) ?? []).map(nameKey);
    return [...indexed.filter((one) => !changed.has(one.customerId)), ...own];
  },
  keyOf: ({ name, customerId }) => [name, customerId],
};

const idKey = (customerId: number): Placed => ({ customerId, key: [customerId] });

export const byId: Order = {
  members: ['number'],
  start: [0],
  walk: along(async ({ reading }, [customerId = 0], limit) => {
    const places = await reading.records.all(placesById, { customerId: Number(customerId), limit });
    const passed = places.map((place) => idKey(place.customerId));
    return { passed, end: passed.length < limit ? undefined : passed.at(-1)?.key };
  }),
  costOf: (depth) => depth * READ,
  ask: async (_lists, ids) => ids.map(idKey),
  keyOf: ({ customerId }) => [customerId],
};

/** Negative if `a` comes before `b`. */
export function compareKeys(a: Key, b: Key): number {
  for (const [at, one] of a.entries()) {
    const other = b[at];
    if (one === other || other === undefined) continue;
    if (typeof one === 'string' && typeof other === 'string') return compareText(one, other);
    return one < other ? -1 : 1;
  }
  return 0;
}

/** By code points, as the databases compare: JavaScript's own order differs where a code point takes two units. */
function compareText(a: string, b: string): number {
  const [ofA, ofB] = [a[Symbol.iterator](), b[Symbol.iterator]()];
  for (;;) {
    const [one, other] = [ofA.next().value?.codePointAt(0) ?? -1, ofB.next().value?.codePointAt(0) ?? -1];
    if (one !== other) return one - other;
    if (one === -1) return 0;
  }
}
