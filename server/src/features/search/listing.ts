/**
 * The customers that fit, in an order, a page at a time. Few are tested and sorted; many are met by walking the index of the order,
 * and told by the sets that the lists gave, or where even those would be long, by testing one after another.
 */
import type { ReadTransaction } from '../../db/transaction.ts';
import type { Condition } from './conditions.ts';
import { IdSet } from './ids.ts';
import { FEW, type Narrowed, narrow, SHORT } from './narrow.ts';
import { compareKeys, type Key, type Order, type Placed } from './orders.ts';
import { type Candidate, candidates } from './queries.ts';
import { rankOf, type Term } from './query.ts';

export interface Question {
  readonly conditions: readonly Condition[];
  /** What makes the classes: see `rankOf`. Without them all are of class 1. */
  readonly terms: readonly Term[] | undefined;
  readonly order: Order;
  /** The number of the last customer. */
  readonly last: number;
}

export interface Page {
  /** Each key begins with the class. */
  readonly placed: readonly Placed[];
  /** Where to go on, when the walk took too long to fill the page. */
  readonly resume: Key | undefined;
}

export interface Listing {
  readonly count: number;
  readonly isExact: boolean;
  /** The next ones behind a key, save those to be left out; the key begins with a class. */
  page(after: Key | undefined, limit: number, without: ReadonlySet<number>): Promise<Page>;
}

/** So many are tested rather than that a long list is read. */
const TESTED = 5000;
/** Beyond this the number of those that fit may be an estimate. */
const COUNTED = 10_000;
/** An estimate below this may mean fewer than `COUNTED`. */
const SURELY_MORE = 15_000;
/** What is tested to estimate how many fit. */
const SAMPLE = 500;
/** So many are tested in a walk before it is given up for reading the lists whole. */
const WALK_TESTED = 6000;
/** So many are passed in a walk before a page is given as it is. */
const WALK_PASSED = 200_000;
const CHUNK = 2000;
const CLASSES = [1, 2, 3] as const;

export async function listingOf(tx: ReadTransaction, question: Question): Promise<Listing> {
  const { conditions, last } = question;
  const narrowed = await narrow(tx, conditions, last, SHORT);
  const { ids, open } = narrowed;
  if (ids !== undefined && ids.size <= (open.length === 0 ? FEW : TESTED)) return tested(tx, question, narrowed);
  if (open.length === 0) return listed(tx, question, narrowed);
  if (ids === undefined) {
    const share = await sampledShare(tx, question);
    if (share * last >= SURELY_MORE) return walked(tx, question, Math.round(share * last));
  }
  return readWhole(tx, question);
}

async function readWhole(tx: ReadTransaction, question: Question): Promise<Listing> {
  const narrowed = await narrow(tx, question.conditions, question.last, Number.POSITIVE_INFINITY);
  return narrowed.ids !== undefined && narrowed.ids.size <= FEW
    ? tested(tx, question, narrowed)
    : listed(tx, question, narrowed);
}

export async function candidatesOf(tx: ReadTransaction, ids: Iterable<number>): Promise<Candidate[]> {
  const all = [...ids];
  const found: Candidate[] = [];
  for (let at = 0; at < all.length; at += CHUNK) {
    found.push(...(await tx.all(candidates, { ids: JSON.stringify(all.slice(at, at + CHUNK)) })));
  }
  return found;
}

const classOf = ({ terms }: Question, { words }: Candidate): number => (terms === undefined ? 1 : rankOf(terms, words));

const place = (question: Question, candidate: Candidate): Placed => ({
  customerId: candidate.customerId,
  key: [classOf(question, candidate), ...question.order.keyOf(candidate)],
});

/** Few: each is looked at. */
async function tested(tx: ReadTransaction, question: Question, { ids, open }: Narrowed): Promise<Listing> {
  const fitting = (await candidatesOf(tx, ids ?? [])).filter((one) => open.every((condition) => condition.holds(one)));
  const placed = fitting.map((one) => place(question, one)).sort((a, b) => compareKeys(a.key, b.key));
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

/** Many, but known by their numbers; or everybody. */
function listed(tx: ReadTransaction, question: Question, narrowed: Narrowed): Listing {
  const { order, last } = question;
  const { ids } = narrowed;
  const classes = classesOf(question, narrowed);
  return {
    count: ids?.size ?? last,
    isExact: true,
    async page(after, limit, without) {
      const placed: Placed[] = [];
      let left = WALK_PASSED;
      for (const [number, ofClass] of classes) {
        if (after !== undefined && number < Number(after[0])) continue;
        if (ofClass !== undefined && ofClass.size === 0) continue;
        let from: Key = after?.[0] === number ? after.slice(1) : order.start;
        const chunk = Math.ceil((1.2 * limit * last) / (ofClass?.size ?? last));
        while (placed.length < limit) {
          const passed = await order.walk(tx, from, Math.max(limit, Math.min(chunk, CHUNK)));
          for (const { customerId, key } of passed) {
            if ((ofClass === undefined || ofClass.has(customerId)) && !without.has(customerId)) {
              placed.push({ customerId, key: [number, ...key] });
            }
          }
          const end = passed.at(-1);
          if (end === undefined) break;
          from = end.key;
          left -= passed.length;
          if (left < 0 && placed.length < limit) return { placed, resume: [number, ...from] };
        }
        if (placed.length >= limit) break;
      }
      return { placed: placed.slice(0, limit), resume: undefined };
    },
  };
}

function classesOf({ terms, last }: Question, { ids, lastName, firstName }: Narrowed): [number, IdSet | undefined][] {
  if (terms === undefined || ids === undefined) return [[1, ids]];
  const take = (kept: IdSet | undefined, taken: readonly IdSet[]): IdSet => {
    const set = new IdSet(last);
    set.addAll(ids);
    if (kept !== undefined) set.keep(kept);
    for (const other of taken) set.keep(other, true);
    return set;
  };
  return [
    [1, take(lastName, [])],
    [2, take(firstName, [lastName])],
    [3, take(undefined, [lastName, firstName])],
  ];
}

/** The share of the customers changed last that fits. */
async function sampledShare(tx: ReadTransaction, { conditions, order }: Question): Promise<number> {
  const sample = await candidatesOf(
    tx,
    (await order.walk(tx, order.start, SAMPLE)).map(({ customerId }) => customerId),
  );
  const fitting = sample.filter((one) => conditions.every((condition) => condition.holds(one)));
  return fitting.length / Math.max(1, sample.length);
}

/** So many that a walk soon meets enough of them; where it does not, the lists are read after all. */
function walked(tx: ReadTransaction, question: Question, estimate: number): Listing {
  return {
    count: Math.max(COUNTED + 1, estimate),
    isExact: false,
    async page(after, limit, without) {
      const placed: Placed[] = [];
      for (const number of question.terms === undefined ? [1] : CLASSES) {
        if (after !== undefined && number < Number(after[0])) continue;
        const from = after?.[0] === number ? after.slice(1) : question.order.start;
        const ofClass = await walkClass(tx, question, number, from, limit - placed.length, without);
        if (ofClass === undefined) return (await readWhole(tx, question)).page(after, limit, without);
        placed.push(...ofClass);
        if (placed.length >= limit) break;
      }
      return { placed, resume: undefined };
    },
  };
}

/** Those of a class behind a key; `undefined` when too many were tested for too few. */
async function walkClass(
  tx: ReadTransaction,
  question: Question,
  number: number,
  after: Key,
  limit: number,
  without: ReadonlySet<number>,
): Promise<Placed[] | undefined> {
  const found: Placed[] = [];
  let from = after;
  for (let left = WALK_TESTED; left > 0; ) {
    const passed = await question.order.walk(tx, from, SAMPLE);
    const end = passed.at(-1);
    if (end === undefined) return found;
    from = end.key;
    left -= passed.length;
    const byId = new Map(
      (
        await candidatesOf(
          tx,
          passed.map(({ customerId }) => customerId),
        )
      ).map((one) => [one.customerId, one]),
    );
    for (const { customerId, key } of passed) {
      const one = byId.get(customerId);
      if (one === undefined || without.has(customerId) || classOf(question, one) !== number) continue;
      if (!question.conditions.every((condition) => condition.holds(one))) continue;
      found.push({ customerId, key: [number, ...key] });
      if (found.length === limit) return found;
    }
  }
  return undefined;
}
