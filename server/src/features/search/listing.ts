/**
 * The customers that fit, in an order, a page at a time. Few are looked at and sorted; many are met by walking the index of the
 * order, and told by the sets that the lists gave.
 */
import type { ReadTransaction } from '../../db/transaction.ts';
import { type Condition, fits } from './conditions.ts';
import { IdSet } from './ids.ts';
import type { Lists } from './lists.ts';
import { type Narrowed, narrow } from './narrow.ts';
import { compareKeys, type Key, type Order, type Placed, type Walk, type Walked } from './orders.ts';
import { type Candidate, candidates } from './queries.ts';
import { rankOf, type Term } from './query.ts';

export interface Question {
  readonly conditions: readonly Condition[];
  /** What makes the classes: see `rankOf`. Without them all are of class 1. */
  readonly terms: readonly Term[] | undefined;
  readonly order: Order;
}

export interface Listing {
  readonly count: number;
  /** The next ones behind a key, save those to be left out; every key begins with a class. */
  page(after: Key | undefined, limit: number, without: ReadonlySet<number>): Promise<Walked>;
}

const CHUNK = 2000;
/** Microseconds to ask where a customer stands. */
const ASK = 3;

export async function listingOf(tx: ReadTransaction, lists: Lists, question: Question): Promise<Listing> {
  const narrowed = await narrow(lists, question.conditions);
  return narrowed.open.length > 0 ? lookedAt(tx, question, narrowed) : told(tx, lists, question, narrowed);
}

export async function candidatesOf(tx: ReadTransaction, ids: Iterable<number>): Promise<Candidate[]> {
  const all = [...ids];
  const found: Candidate[] = [];
  for (let at = 0; at < all.length; at += CHUNK) {
    found.push(...(await tx.all(candidates, { ids: JSON.stringify(all.slice(at, at + CHUNK)) })));
  }
  return found;
}

/** Who fits is told by looking at each of a few. */
async function lookedAt(tx: ReadTransaction, question: Question, { ids, open }: Narrowed): Promise<Listing> {
  const { terms, order } = question;
  const fitting = (await candidatesOf(tx, ids ?? [])).filter((one) => open.every((condition) => fits(condition, one)));
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

/** Who fits is told by the sets. */
function told(tx: ReadTransaction, lists: Lists, question: Question, narrowed: Narrowed): Listing {
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
            ? { placed: await sorted(tx, order, ids, walk), resume: undefined }
            : await order.walk(tx, lists, walk);
        for (const { customerId, key } of page.placed) placed.push({ customerId, key: [number, ...key] });
        if (page.resume !== undefined) return { placed, resume: [number, ...page.resume] };
        if (placed.length >= limit) break;
      }
      return { placed, resume: undefined };
    },
  };
}

/** The next of a set, by asking where each of them stands. */
async function sorted(
  tx: ReadTransaction,
  order: Order,
  ids: IdSet,
  { after, limit, isWanted }: Walk,
): Promise<Placed[]> {
  const all = [...ids].filter(isWanted);
  const placed: Placed[] = [];
  for (let at = 0; at < all.length; at += CHUNK) placed.push(...(await order.ask(tx, all.slice(at, at + CHUNK))));
  return placed
    .filter(({ key }) => compareKeys(key, after) > 0)
    .sort((a, b) => compareKeys(a.key, b.key))
    .slice(0, limit);
}

/** The classes with their customers: each set is made when it is come to, which for most pages the first one is enough for. */
function* classesOf(
  { terms }: Question,
  { ids, lastName, firstName }: Narrowed,
  last: number,
): Generator<[number, IdSet | undefined]> {
  if (terms === undefined || ids === undefined) {
    yield [1, ids];
    return;
  }
  const of = (kept: IdSet | undefined, taken: readonly IdSet[]): IdSet => {
    const set = new IdSet(last);
    set.addAll(ids);
    if (kept !== undefined) set.keep(kept);
    for (const other of taken) set.leaveOut(other);
    return set;
  };
  yield [1, of(lastName, [])];
  yield [2, of(firstName, [lastName])];
  yield [3, of(undefined, [lastName, firstName])];
}
