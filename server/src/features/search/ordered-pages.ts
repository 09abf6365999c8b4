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
import { allOf, FewIds, type Ids, isMember, type Members } from './members.ts';
import { compareKeys, type Key, type Order, type Placed, type Walk, type Walked } from './orders.ts';
import { rankOf, type Term } from './terms.ts';

export interface Question {
  readonly conditions: readonly Condition[];
  /** What makes the classes: see `rankOf`. Without it, all are of class 1. */
  readonly terms: readonly Term[] | undefined;
  readonly order: Order;
}

export interface Listing {
  readonly count: number;
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
    async page(after, limit, without) {
      const placed: Placed[] = [];
      for (const [number, ids] of classesOf(question, narrowed, last)) {
        const size = ids?.size ?? last;
        if (size === 0 || (after !== undefined && number < Number(after[0]))) continue;
        const walk = {
          after: after?.[0] === number ? after.slice(1) : order.start,
          limit: limit - placed.length,
          depth: ((limit - placed.length) * last) / size,
          isWanted: (id: number) => (ids === undefined || ids.has(id)) && !without.has(id),
        };
        const page =
          ids !== undefined && size * ASK < order.costOf(walk.depth, lists)
            ? { placed: await sorted(lists, order, ids, walk), resume: undefined }
            : await order.walk(lists, walk);
        for (const { customerId, key } of page.placed) placed.push({ customerId, key: [number, ...key] });
        if (page.resume !== undefined) return { placed, resume: [number, ...page.resume] };
        if (placed.length >= limit) break;
      }
      return { placed, resume: undefined };
    },
  };
}

/** The next of a set, by looking up the place of each member. */
async function sorted(lists: Lists, order: Order, ids: Ids, { after, limit, isWanted }: Walk): Promise<Placed[]> {
  const all = [...ids].filter(isWanted);
  const placed: Placed[] = [];
  for (let at = 0; at < all.length; at += CHUNK) placed.push(...(await order.ask(lists, all.slice(at, at + CHUNK))));
  return placed
    .filter(({ key }) => compareKeys(key, after) > 0)
    .sort((a, b) => compareKeys(a.key, b.key))
    .slice(0, limit);
}

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
  const split = ids instanceof FewIds ? fewWith : manyWith;
  const [first, others] = split(ids, lastName, last);
  yield [1, first];
  const [second, rest] = split(others, firstName, last);
  yield [2, second];
  yield [3, rest];
}

/** The customers that are in one of the lists, and the others. */
function fewWith(ids: Ids, lists: readonly Members[]): [Ids, Ids] {
  const all = ids as FewIds;
  const isIn = (id: number): boolean => lists.some((list) => isMember(list, id));
  return [all.filter(isIn), all.filter((id) => !isIn(id))];
}

function manyWith(ids: Ids, lists: readonly Members[], last: number): [Ids, Ids] {
  const [found, others] = [allOf(lists, last), new IdSet(last)];
  others.addAll(ids);
  others.leaveOut(found);
  found.keep(ids as IdSet);
  return [found, others];
}
