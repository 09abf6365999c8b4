/**
 * Customers from the latest change back, as far as somebody has asked: the best hits are among the most recently
 * changed, whatever is searched for. It is as old as the cache that holds it; customers that changed since come before
 * it.
 */
import { parseNumbers } from './id-set.ts';
import { placesByChange } from './queries.ts';
import type { Reading } from './reading.ts';

export interface Recent {
  readonly customerId: number;
  readonly changeNumber: number;
}

/**
 * How many are read at a time: few at first, which is enough for what very many match, then as many as are there
 * already.
 */
const FIRST_CHUNK = 2000;
const CHUNK = 20_000;
/** How many are read for one page at most. */
const MOST_READ = 200_000;
/** With more changes since, it is quicker to start afresh. */
const MOST_NEWER = 20_000;
const LAST = Number.MAX_SAFE_INTEGER;

export class Recency {
  readonly #ids: number[] = [];
  /** The numbers of their changes, in descending order. */
  readonly #numbers: number[] = [];
  /** By customer: the place in these lists, counted from 1; 0 if it is not known. */
  #places = new Int32Array(0);
  /** Every change since it began, in order, and the latest one of each customer. */
  readonly #newer: Recent[] = [];
  readonly #newest = new Map<number, number>();
  #end = { changedAt: LAST, changeNumber: LAST };
  #isWhole = false;
  #reading: Promise<void> | undefined;

  /** How many customers it knows. */
  get size(): number {
    return this.#isWhole ? LAST : this.#ids.length;
  }

  get isWornOut(): boolean {
    return this.#newer.length > MOST_NEWER;
  }

  /** Adds changes, in order; those that it has already are skipped. */
  hear(changes: readonly Recent[]): void {
    const last = this.#newer.at(-1)?.changeNumber ?? 0;
    for (const { customerId, changeNumber } of changes) {
      if (changeNumber <= last) continue;
      this.#newer.push({ customerId, changeNumber });
      this.#newest.set(customerId, changeNumber);
    }
  }

  /** The last change of a customer as of the change `upTo`, if it is known. */
  changeNumberOf(id: number, upTo: number): number | undefined {
    const newest = this.#newest.get(id);
    if (newest !== undefined) return newest <= upTo ? newest : undefined;
    const place = this.#places[id] ?? 0;
    return place === 0 ? undefined : this.#numbers[place - 1];
  }

  /**
   * The next wanted ones before a change number, as of the change `upTo`; `resume` is where to continue, if too many
   * had to be read to find them.
   */
  async before(
    reading: Reading,
    upTo: number,
    changeNumber: number,
    limit: number,
    isWanted: (id: number) => boolean,
  ): Promise<{ found: Recent[]; resume: number | undefined }> {
    const { found, seen } = this.#newerBefore(upTo, changeNumber, limit, isWanted);
    let at = this.#placeBefore(changeNumber);
    for (let left = MOST_READ; found.length < limit; ) {
      for (; at < this.#ids.length && found.length < limit; at += 1) {
        const customerId = this.#ids[at] as number;
        if (isWanted(customerId) && !seen.has(customerId)) {
          found.push({ customerId, changeNumber: this.#numbers[at] as number });
        }
      }
      if (found.length === limit || this.#isWhole) break;
      if (left <= 0) return { found, resume: this.#numbers.at(-1) };
      left -= this.#chunk;
      await this.#readMore(reading);
      at = Math.max(at, this.#placeBefore(changeNumber));
    }
    return { found, resume: undefined };
  }

  /** The matches among the newer changes, and all customers that have a place there. */
  #newerBefore(upTo: number, changeNumber: number, limit: number, isWanted: (id: number) => boolean) {
    const found: Recent[] = [];
    const seen = new Set<number>();
    for (let at = this.#newer.length - 1; at >= 0; at -= 1) {
      const change = this.#newer[at] as Recent;
      if (change.changeNumber > upTo || seen.has(change.customerId)) continue;
      seen.add(change.customerId);
      if (change.changeNumber < changeNumber && found.length < limit && isWanted(change.customerId)) found.push(change);
    }
    return { found, seen };
  }

  get #chunk(): number {
    return Math.min(CHUNK, Math.max(FIRST_CHUNK, this.#ids.length));
  }

  /** The first place with a lower number. */
  #placeBefore(changeNumber: number): number {
    let [low, high] = [0, this.#numbers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#numbers[middle] as number) >= changeNumber) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** One at a time, whoever asks. */
  async #readMore(reading: Reading): Promise<void> {
    this.#reading ??= this.#read(reading).finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  async #read({ records }: Reading): Promise<void> {
    const limit = this.#chunk;
    const passed = await records.get(placesByChange, { ...this.#end, limit });
    if (passed?.numbers == null || passed.changes == null) {
      this.#isWhole = true;
      return;
    }
    const [ids, numbers] = [parseNumbers(passed.numbers), parseNumbers(passed.changes)];
    // No database promises their order in the text.
    const order = ids.map((_, at) => at).sort((a, b) => (numbers[b] as number) - (numbers[a] as number));
    this.#makeRoom(ids.reduce((most, id) => Math.max(most, id), 0));
    for (const at of order) {
      this.#numbers.push(numbers[at] as number);
      this.#places[ids[at] as number] = this.#ids.push(ids[at] as number);
    }
    this.#end = { changedAt: passed.changedAt, changeNumber: passed.changeNumber };
    this.#isWhole = ids.length < limit;
  }

  #makeRoom(id: number): void {
    if (id < this.#places.length) return;
    const places = new Int32Array(Math.ceil(1.5 * (id + 1)));
    places.set(this.#places);
    this.#places = places;
  }
}
