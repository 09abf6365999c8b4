/**
 * The matching customers, in an order, a page at a time. A few are examined and sorted; many are found by walking the
 * index of the order, and checked against the sets that the lists gave.
 */
import { customersByIds } from '../customers/queries.ts';
import { Candidate } from './candidate.ts';
import { type Condition, fits } from './conditions.ts';
import { IdSet } from './id-set.ts';
import type { Lists } from './index-lists.ts';
import { intersect, type Narrowed } from './intersect.ts';
import { allOf, FewIds, type Ids, type Members } from './members.ts';
import { compareKeys, type Key, type Order, type Placed, type Walked } from './orders.ts';
import { rankOf, type Term } from './terms.ts';

export interface Question {
  readonly conditions: readonly Condition[];
  /** What makes the classes: see `rankOf`. Without it, all are of class 1. */
  readonly terms: readonly Term[] | undefined;
  readonly order: Order;
}

export interface Listing {
  readonly count: number;
  /** Otherwise the count is an estimate. */
  readonly isExact: boolean;
  /** The next ones after a key, except those to be left out; every key begins with a class. */
  page(after: Key | undefined, limit: number, without: ReadonlySet<number>): Promise<Walked>;
}

const CHUNK = 2000;
/** Microseconds to look up the place of a customer. */
const ASK = 3;

export async function listingOf(lists: Lists, question: Question): Promise<Listing> {
  const narrowed = await intersect(lists, question.conditions);
  return narrowed.open.length > 0 ? lookedAt(lists, question, narrowed) : told(lists, question, narrowed);
}

export async function candidatesOf({ reading, nameOrder }: Lists, ids: Iterable<number>): Promise<Candidate[]> {
  const all = [...ids];
  if (all.length === 0) return [];
  const rows = await reading.records.all(customersByIds, { ids: JSON.stringify(all) });
  return rows.map((row) => new Candidate(row, nameOrder));
}

/** Matches are found by examining each of a few. */
async function lookedAt(lists: Lists, question: Question, { ids, open }: Narrowed): Promise<Listing> {
  const { terms, order } = question;
  const fitting = (await candidatesOf(lists, ids ?? [])).filter((one) =>
    open.every((condition) => fits(condition, one)),
  );
  const placed = fitting
    .map((one) => ({
      customerId: one.customerId,
      key: [terms === undefined ? 1 : rankOf(terms, one.words), ...order.keyOf(one)],
    }))
    .sort((a, b) => compareKeys(a.key, b.key));
  return {
    count: placed.length,
    isExact: true,
    async page(after, limit, without) {
      const rest = placed.filter(
        ({ customerId, key }) => !without.has(customerId) && (after === undefined || compareKeys(key, after) > 0),
      );
      return { placed: rest.slice(0, limit), resume: undefined };
    },
  };
}

/** Matches are found by the sets. */
function told(lists: Lists, question: Question, narrowed: Narrowed): Listing {
  const { order } = question;
  const { last } = lists;
  return {
    count: narrowed.ids?.size ?? last,
    isExact: true,
    async page(after, limit, without) {
      const placed: Placed[] = [];
      for (const [number, ids] of classesOf(question, narrowed, last)) {
        const size = ids?.size ?? last;
        if (size === 0 || (after !== undefined && number < Number(after[0]))) continue;
        const from = after?.[0] === number ? after.slice(1) : order.start;
        const left = limit - placed.length;
        const depth = (left * last) / size;
        const isLeft = (id: number): boolean => !without.has(id);
        const page =
          ids !== undefined && size * ASK < order.costOf(depth, lists)
            ? { placed: await sorted(lists, order, [...ids].filter(isLeft), from, left), resume: undefined }
            : await order.walk(lists, { after: from, limit: left, depth, isWanted: isIn(ids, last, isLeft) });
        for (const { customerId, key } of page.placed) placed.push({ customerId, key: [number, ...key] });
        if (page.resume !== undefined) return { placed, resume: [number, ...page.resume] };
        if (placed.length >= limit) break;
      }
      return { placed, resume: undefined };
    },
  };
}

/** Is a customer in a set, and still wanted? A walk asks this of many. */
function isIn(ids: Ids | undefined, last: number, isLeft: (id: number) => boolean): (id: number) => boolean {
  if (ids === undefined) return isLeft;
  const set = ids instanceof FewIds ? ids.toSet(last) : ids;
  return (id) => set.has(id) && isLeft(id);
}

/** The next of some customers after a key, by looking up the place of each. */
async function sorted(
  lists: Lists,
  order: Order,
  ids: readonly number[],
  after: Key,
  limit: number,
): Promise<Placed[]> {
  let next: Placed[] = [];
  let last: Key | undefined;
  for (let at = 0; at < ids.length; at += CHUNK) {
    for (const one of await order.ask(lists, ids.slice(at, at + CHUNK))) {
      if (compareKeys(one.key, after) <= 0 || (last !== undefined && compareKeys(one.key, last) > 0)) continue;
      // Of many, most come after those that are kept.
      if (next.push(one) < 2 * limit) continue;
      next = firstOf(next, limit);
      last = next.at(-1)?.key;
    }
  }
  return firstOf(next, limit);
}

const firstOf = (placed: readonly Placed[], limit: number): Placed[] =>
  placed.toSorted((a, b) => compareKeys(a.key, b.key)).slice(0, limit);

/** The classes with their customers: each is made when it is reached; for most pages the first is enough. */
function* classesOf(
  { terms }: Question,
  { ids, lastName, firstName }: Narrowed,
  last: number,
): Generator<[number, Ids | undefined]> {
  if (terms === undefined || ids === undefined) {
    yield [1, ids];
    return;
  }
  const [first, others] = split(ids, lastName, last);
  yield [1, first];
  const [second, rest] = split(others, firstName, last);
  yield [2, second];
  yield [3, rest];
}

/** The customers that are in one of the lists, and the others. */
const split = (ids: Ids, lists: readonly Members[], last: number): [Ids, Ids] =>
  ids instanceof FewIds ? ids.split(lists) : manyWith(ids as IdSet, lists, last);

function manyWith(ids: IdSet, lists: readonly Members[], last: number): [Ids, Ids] {
  const [found, others] = [allOf(lists, last), new IdSet(last)];
  others.addAll(ids);
  others.leaveOut(found);
  found.keep(ids);
  return [found, others];
}
