/** Finds customers: the one read behind `GET /customer`. */

import type { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { HeavyContext, HeavyRead } from '../../db/heavy/job.ts';
import type { ReadTransaction } from '../../db/transaction.ts';
import { presentCustomer } from '../customers/rules.ts';
import { customersByIds } from '../search-index/queries.ts';
import { type Condition, type Filters, filterConditions, fits, termCondition } from './conditions.ts';
import { type Cursor, sealCursor } from './cursor.ts';
import { namedBy } from './exact.ts';
import { candidatesOf, type Listing, listingOf } from './listing.ts';
import { Lists } from './lists.ts';
import { byChange, byId, byName, compareKeys, type Key, type Order, type Placed, type Walked } from './orders.ts';
import { madeAt } from './queries.ts';
import { parseQuery, type Term } from './query.ts';
import { IndexBehind, type Reading } from './reading.ts';
import { withTypos } from './typos.ts';

type Sort = (typeof endpoints.customers.list.query.sort.options)[number];

/** Plain data: it is sent to another thread. */
export interface FindRequest {
  readonly search: string;
  readonly filters: Omit<Filters, 'firstId'>;
  /** Milliseconds since 1970. */
  readonly createdSince: number | undefined;
  readonly sort: Sort;
  readonly limit: number;
  readonly cursor: Cursor | undefined;
  /** What the next cursor is bound to, and what it is sealed with. */
  readonly binding: string;
  readonly secret: string;
  readonly timeZone: string;
}

function orderOf(sort: Sort): Order {
  if (sort === 'name') return byName;
  return sort === 'customerId' ? byId : byChange;
}

/** With fewer hits than these, typing errors are allowed for. */
const ENOUGH = 5;
/** The classes of those that fit by a typing error stand behind these. */
const CLASSES = 3;

export const find: HeavyRead<FindRequest> = { module: import.meta.url, name: 'find', run: findCustomers };

/** A page in JSON, or an `Unfound`. */
async function findCustomers(
  records: ReadTransaction,
  request: FindRequest,
  { index, keeper }: HeavyContext,
): Promise<string> {
  const reading = { records, index };
  try {
    return await pageOf(reading, request, await Lists.open(reading, keeper));
  } catch (error) {
    if (!(error instanceof IndexBehind)) throw error;
    return JSON.stringify({ isBehind: true, made: error.made, of: error.of } satisfies Unfound);
  }
}

/** What is told in place of a page, when the index holds too little. */
export interface Unfound {
  readonly isBehind: true;
  /** See `IndexBehind`. */
  readonly made: number | undefined;
  readonly of: number;
}

export const unfoundOf = (text: string): Unfound | undefined =>
  text.startsWith('{"isBehind":true') ? (JSON.parse(text) as Unfound) : undefined;

async function pageOf(reading: Reading, request: FindRequest, lists: Lists): Promise<string> {
  const { limit, cursor, binding, secret, timeZone } = request;
  const found = await new Finder(request, lists).page();
  const placed = found.placed.slice(0, limit);
  const end = found.placed.length > limit ? placed.at(-1)?.key : found.resume;
  const isWidened = cursor?.isWidened ?? found.isWidened;
  const nextCursor = end === undefined ? null : sealCursor({ key: end, isWidened }, binding, secret);
  const records = await recordsOf(reading, placed, timeZone);
  const rest = JSON.stringify({ nextCursor, count: found.count, countIsExact: true });
  return `{"customers":[${records.join(',')}],${rest.slice(1)}`;
}

async function recordsOf({ records }: Reading, placed: readonly Placed[], timeZone: string): Promise<string[]> {
  if (placed.length === 0) return [];
  const ids = placed.map(({ customerId }) => customerId);
  const rows = await records.all(customersByIds, { ids: JSON.stringify(ids) });
  const texts = new Map(rows.map((row) => [row.customer_id, presentCustomer(row, timeZone)]));
  return ids.flatMap((id) => texts.get(id) ?? []);
}

interface Found extends Walked {
  readonly count: number;
  readonly isWidened: boolean;
}

class Finder {
  readonly #request: FindRequest;
  readonly #lists: Lists;
  readonly #terms: readonly Term[];
  readonly #order: Order;

  constructor(request: FindRequest, lists: Lists) {
    this.#request = request;
    this.#lists = lists;
    this.#terms = parseQuery(request.search);
    this.#order = orderOf(request.sort);
  }

  async page(): Promise<Found> {
    const filters = filterConditions({ ...this.#request.filters, firstId: await this.#firstId() }, this.#lists.last);
    const plain = await this.#listing(filters, this.#terms);
    const { cursor } = this.#request;
    const named = this.#isRanked ? await this.#named(filters) : { placed: [], others: 0 };
    const count = plain.count + named.others;
    const isFew = cursor?.isWidened ?? count < ENOUGH;
    const wide = isFew ? await withTypos(this.#lists, this.#terms) : undefined;
    if (wide === undefined) return { ...(await this.#join(named.placed, [plain])), count, isWidened: false };
    const widened = await this.#listing(filters, wide);
    const all = { count: widened.count + named.others, isWidened: true };
    // In another order than the best first, those with an error stand among the others.
    const listings = this.#isRanked ? [plain, widened] : [widened];
    return { ...(await this.#join(named.placed, listings)), ...all };
  }

  get #isRanked(): boolean {
    return this.#request.sort === 'relevance' && this.#terms.length > 0;
  }

  #listing(filters: readonly Condition[], terms: readonly Term[]): Promise<Listing> {
    return listingOf(this.#lists, {
      conditions: [...terms.map(termCondition), ...filters],
      terms: this.#isRanked ? terms : undefined,
      order: this.#order,
    });
  }

  /** Those that the query names, of class 0, and how many of them the listings do not have. */
  async #named(filters: readonly Condition[]): Promise<{ placed: Placed[]; others: number }> {
    const all = await candidatesOf(this.#lists, await namedBy(this.#lists, this.#request.search));
    const fitting = all.filter((one) => filters.every((condition) => fits(condition, one)));
    const terms = this.#terms.map(termCondition);
    const others = fitting.filter((one) => !terms.every((condition) => fits(condition, one))).length;
    const placed = fitting.map((one) => ({ customerId: one.customerId, key: [0, ...this.#order.keyOf(one)] }));
    return { placed: placed.sort((a, b) => compareKeys(a.key, b.key)), others };
  }

  /** The named ones, then each listing behind the last, none of them twice; one more than the page holds. */
  async #join(named: readonly Placed[], listings: readonly Listing[]): Promise<Walked> {
    const limit = this.#request.limit + 1;
    const after = this.#request.cursor?.key;
    const placed = named.filter(({ key }) => after === undefined || compareKeys(key, after) > 0);
    const seen = new Set(named.map(({ customerId }) => customerId));
    for (const [index, listing] of listings.entries()) {
      const shift = index * CLASSES;
      const from = behind(after, shift);
      if (from !== 'over' && placed.length < limit) {
        const page = await listing.page(from, limit - placed.length, seen);
        placed.push(...page.placed.map(({ customerId, key }) => ({ customerId, key: shifted(key, shift) })));
        if (page.resume !== undefined) return { placed, resume: shifted(page.resume, shift) };
      }
      if (index < listings.length - 1) for (const id of await idsOf(listing)) seen.add(id);
    }
    return { placed: placed.slice(0, limit), resume: undefined };
  }

  /** The first customer that was made since then, by halving: numbers and times of making grow together. */
  async #firstId(): Promise<number> {
    const { createdSince } = this.#request;
    if (createdSince === undefined) return 1;
    let [low, high] = [1, this.#lists.last + 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = await this.#lists.reading.records.get(madeAt, { customerId: middle });
      if (row !== undefined && row.madeAt < createdSince) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const shifted = ([number = 0, ...key]: Key, shift: number): Key => [Number(number) + shift, ...key];

/** A key as a listing knows it whose classes stand behind others: its start, or `over` when the key is behind all of it. */
function behind(after: Key | undefined, shift: number): Key | undefined | 'over' {
  if (after === undefined || Number(after[0]) <= shift) return undefined;
  return Number(after[0]) > shift + CLASSES ? 'over' : shifted(after, -shift);
}

/** All of a listing that is known to be small. */
async function idsOf(listing: Listing): Promise<number[]> {
  const { placed } = await listing.page(undefined, listing.count, new Set());
  return placed.map(({ customerId }) => customerId);
}
