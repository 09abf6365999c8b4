/**
 * The customers that fit, in an order, a page at a time. Few are looked at and sorted; many are met by walking the index of the
 * order, and told by the sets that the lists gave.
 */
import type { ReadTransaction } from '../../db/transaction.ts';
import { type Condition, fits } from './conditions.ts';
import { IdSet } from './ids.ts';
import type { Lists } from './lists.ts';
import { type Narrowed, narrow } from './narrow.ts';
import { compareKeys, type Key, type Order, type Placed } from './orders.ts';
import { type Candidate, candidates } from './queries.ts';
import { rankOf, type Term } from './query.ts';
import { isIn } from './recency.ts';

export interface Question {
  readonly conditions: readonly Condition[];
  /** What makes the classes: see `rankOf`. Without them all are of class 1. */
  readonly terms: readonly Term[] | undefined;
  readonly order: Order;
}

export interface Page {
  /** Each key begins with the class. */
  readonly placed: readonly Placed[];
  /** Where to go on, when the walk took too long to fill the page. */
  readonly resume: Key | undefined;
}

export interface Listing {
  readonly count: number;
  /** The next ones behind a key, save those to be left out; the key begins with a class. */
  page(after: Key | undefined, limit: number, without: ReadonlySet<number>): Promise<Page>;
}

/** So many are passed in a walk before a page is given as it is. */
const WALK_PASSED = 200_000;
const MOST_AT_ONCE = 20_000;
const CHUNK = 2000;
/** What it costs, in microseconds: to ask where a customer stands, to pass one in a walk, and to pass one that is remembered. */
const COSTS = { ask: 3, pass: 0.35, remembered: 0.005 };

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
        const from = after?.[0] === number ? after.slice(1) : order.start;
        const rest = limit - placed.length;
        const depth = (rest * last) / size;
        const remembered = order.walk === undefined ? Math.min(depth, lists.recent) : 0;
        const walking = remembered * COSTS.remembered + (depth - remembered) * COSTS.pass;
        const page =
          ids !== undefined && size * COSTS.ask < walking
            ? { placed: await sorted(tx, order, ids, from, rest, without), resume: undefined }
            : await walk(tx, lists, order, { ids, size }, from, rest, without);
        for (const { customerId, key } of page.placed) placed.push({ customerId, key: [number, ...key] });
        if (page.resume !== undefined) return { placed, resume: [number, ...page.resume] };
        if (placed.length >= limit) break;
      }
      return { placed, resume: undefined };
    },
  };
}

async function sorted(
  tx: ReadTransaction,
  order: Order,
  ids: IdSet,
  after: Key,
  limit: number,
  without: ReadonlySet<number>,
): Promise<Placed[]> {
  const all = [...ids].filter((id) => !without.has(id));
  const placed: Placed[] = [];
  for (let at = 0; at < all.length; at += CHUNK) placed.push(...(await order.ask(tx, all.slice(at, at + CHUNK))));
  return placed
    .filter(({ key }) => compareKeys(key, after) > 0)
    .sort((a, b) => compareKeys(a.key, b.key))
    .slice(0, limit);
}

/** The next of a set in an order, or of everybody, by walking along all customers. */
async function walk(
  tx: ReadTransaction,
  lists: Lists,
  order: Order,
  { ids, size }: { ids: IdSet | undefined; size: number },
  after: Key,
  limit: number,
  without: ReadonlySet<number>,
): Promise<Page> {
  if (order.walk === undefined) {
    const { found, resume } = await lists.before(-Number(after[0]), limit, isIn(ids, without));
    const placed = found.map(({ customerId, changeNumber }) => ({ customerId, key: [-changeNumber] }));
    return { placed, resume: resume === undefined ? undefined : [-resume] };
  }
  const placed: Placed[] = [];
  const chunk = Math.max(limit, Math.min(MOST_AT_ONCE, Math.ceil((1.2 * limit * lists.last) / size)));
  let from = after;
  for (let left = WALK_PASSED; left > 0; left -= chunk) {
    const passed = await order.walk(tx, from, chunk);
    const met = passed.ids.filter(isIn(ids, without));
    placed.push(...(await order.ask(tx, met)).sort((a, b) => compareKeys(a.key, b.key)));
    const isOver = passed.end === undefined || passed.ids.length < chunk;
    if (isOver || placed.length >= limit) return { placed: placed.slice(0, limit), resume: undefined };
    from = passed.end;
  }
  return { placed, resume: from };
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
