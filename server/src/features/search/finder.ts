/** The customers that match a search and its filters, a page at a time. */
import type { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Candidate } from './candidate.ts';
import { type Condition, type Filters, filterConditions, fits, termCondition } from './conditions.ts';
import type { Cursor } from './cursor.ts';
import { glanceOf } from './glance.ts';
import type { Lists } from './index-lists.ts';
import { namedBy } from './named-exactly.ts';
import { candidatesOf, type Listing, listingOf } from './ordered-pages.ts';
import {
  byChange,
  byChangeUp,
  byId,
  byName,
  compareKeys,
  type Key,
  type Order,
  type Placed,
  type Walked,
} from './orders.ts';
import { madeAt } from './queries.ts';
import { parseQuery, type Term } from './terms.ts';
import { withTypos } from './typos.ts';

/** The orders of the list, and that of an export. */
type Sort = (typeof endpoints.customers.list.query.sort.options)[number] | 'lastChanged';

/** Plain data. */
export interface Wanted {
  readonly search: string;
  readonly filters: Omit<Filters, 'firstId'>;
  /** Milliseconds since 1970. */
  readonly createdSince: number | undefined;
  readonly sort: Sort;
  readonly limit: number;
  readonly cursor: Cursor | undefined;
}

const orders: Readonly<Record<Sort, Order>> = {
  relevance: byChange,
  name: byName,
  '-lastChanged': byChange,
  lastChanged: byChangeUp,
  customerId: byId,
};

/** With fewer hits than this, typing errors are allowed. */
const ENOUGH = 5;
/** The classes of customers that match by a typing error come after these. */
const CLASSES = 3;

export interface Found extends Walked {
  readonly count: number;
  /** Otherwise the count is an estimate. */
  readonly isExact: boolean;
  readonly isWidened: boolean;
}

export class Finder {
  readonly #wanted: Wanted;
  readonly #lists: Lists;
  readonly #terms: readonly Term[];
  readonly #order: Order;

  constructor(wanted: Wanted, lists: Lists) {
    this.#wanted = wanted;
    this.#lists = lists;
    this.#terms = parseQuery(wanted.search);
    this.#order = orders[wanted.sort];
  }

  /** One customer more than the page holds, if there are more. */
  async page(): Promise<Found> {
    const filters = filterConditions({ ...this.#wanted.filters, firstId: await this.#firstId() }, this.#lists.last);
    const plain = await this.#listing(filters, this.#terms);
    const named = await this.#named(filters);
    const count = plain.count + unlike(named, this.#terms).length;
    const isFew = this.#wanted.cursor?.isWidened ?? count < ENOUGH;
    const wide = isFew ? await withTypos(this.#lists, this.#terms) : undefined;
    if (wide === undefined) {
      const { isExact } = plain;
      return { ...(await this.#join(named, [plain], this.#terms)), count, isExact, isWidened: false };
    }
    const widened = await this.#listing(filters, wide);
    const listings = this.#isRanked ? [plain, widened] : [widened];
    const all = { count: widened.count + unlike(named, wide).length, isExact: true, isWidened: true };
    return { ...(await this.#join(named, listings, wide)), ...all };
  }

  get #isRanked(): boolean {
    return this.#wanted.sort === 'relevance' && this.#terms.length > 0;
  }

  async #listing(filters: readonly Condition[], terms: readonly Term[]): Promise<Listing> {
    const question = {
      conditions: [...terms.map(termCondition), ...filters],
      terms: this.#isRanked ? terms : undefined,
      order: this.#order,
    };
    return (await glanceOf(this.#lists, question)) ?? listingOf(this.#lists, question);
  }

  /** The customers that the query names exactly, whether or not they have its words. */
  async #named(filters: readonly Condition[]): Promise<Candidate[]> {
    if (this.#terms.length === 0) return [];
    const all = await candidatesOf(this.#lists, await namedBy(this.#lists, this.#wanted.search));
    return all.filter((one) => filters.every((condition) => fits(condition, one)));
  }

  /** The best first: customers that are named come before all others. In another order they are in their own places. */
  #join(named: readonly Candidate[], listings: readonly Listing[], terms: readonly Term[]): Promise<Walked> {
    return this.#isRanked
      ? this.#inClasses(this.#placed(named, 0), listings)
      : this.#inOrder(this.#placed(unlike(named, terms), 1), listings[0] as Listing);
  }

  /** In the given order, as members of a class. */
  #placed(candidates: readonly Candidate[], number: number): Placed[] {
    const placed = candidates.map((one) => ({ customerId: one.customerId, key: [number, ...this.#order.keyOf(one)] }));
    return placed.sort((a, b) => compareKeys(a.key, b.key));
  }

  /** The named ones, then one listing after another, none of them twice. */
  async #inClasses(named: readonly Placed[], listings: readonly Listing[]): Promise<Walked> {
    const limit = this.#wanted.limit + 1;
    const after = this.#wanted.cursor?.key;
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

  /** A listing with the named ones merged in. */
  async #inOrder(others: readonly Placed[], listing: Listing): Promise<Walked> {
    const limit = this.#wanted.limit + 1;
    const after = this.#wanted.cursor?.key;
    const { placed, resume } = await listing.page(after, limit, new Set());
    const next = others.filter(
      ({ key }) =>
        (after === undefined || compareKeys(key, after) > 0) && (resume === undefined || compareKeys(key, resume) <= 0),
    );
    if (next.length === 0) return { placed, resume };
    const all = [...placed, ...next].sort((a, b) => compareKeys(a.key, b.key));
    return { placed: all.slice(0, limit), resume };
  }

  /** The first customer created since then, by binary search: numbers and times of creation grow together. */
  async #firstId(): Promise<number> {
    const { createdSince } = this.#wanted;
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

/** Those that lack a word: no listing of these terms has them. */
function unlike(named: readonly Candidate[], terms: readonly Term[]): Candidate[] {
  const conditions = terms.map(termCondition);
  return named.filter((one) => !conditions.every((condition) => fits(condition, one)));
}

const shifted = ([number = 0, ...key]: Key, shift: number): Key => [Number(number) + shift, ...key];

/** A key in terms of a listing whose classes come after others: its start, or `over` if the key is after all of it. */
function behind(after: Key | undefined, shift: number): Key | undefined | 'over' {
  if (after === undefined || Number(after[0]) <= shift) return undefined;
  return Number(after[0]) > shift + CLASSES ? 'over' : shifted(after, -shift);
}

/** All of a listing that is known to be small. */
async function idsOf(listing: Listing): Promise<number[]> {
  const { placed } = await listing.page(undefined, listing.count, new Set());
  return placed.map(({ customerId }) => customerId);
}
