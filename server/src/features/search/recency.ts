/**
 * Customers from the last change back, as far as somebody has asked: the best hits are those among the last changed, whoever is
 * searched for. Like the lists it is as old as the memory that holds it; who changed since stands before it.
 */
import type { ReadTransaction } from '../../db/transaction.ts';
import { parseNumbers } from './ids.ts';
import { type Candidate, placesByChange } from './queries.ts';

export interface Recent {
  readonly customerId: number;
  readonly changeNumber: number;
}

/** So many are read at once. */
const CHUNK = 20_000;
/** So many are read for one page at most. */
const MOST_READ = 200_000;
const LAST = Number.MAX_SAFE_INTEGER;

export class Recency {
  readonly #ids: number[] = [];
  /** The numbers of their changes, each below the one before. */
  readonly #numbers: number[] = [];
  #end = { changedAt: LAST, changeNumber: LAST };
  #isWhole = false;
  #reading: Promise<void> | undefined;

  /** How many customers it knows. */
  get size(): number {
    return this.#isWhole ? LAST : this.#ids.length;
  }

  /** The next that are wanted before a change number; `resume` is where to go on, when too many had to be read to find them. */
  async before(
    tx: ReadTransaction,
    changed: ReadonlyMap<number, Candidate>,
    changeNumber: number,
    limit: number,
    isWanted: (id: number) => boolean,
  ): Promise<{ found: Recent[]; resume: number | undefined }> {
    const newer = [...changed.values()].filter((one) => one.changeNumber < changeNumber && isWanted(one.customerId));
    const found: Recent[] = newer.sort((a, b) => b.changeNumber - a.changeNumber).slice(0, limit);
    let at = this.#placeBefore(changeNumber);
    for (let left = MOST_READ; found.length < limit; ) {
      for (; at < this.#ids.length && found.length < limit; at += 1) {
        const customerId = this.#ids[at] as number;
        if (!changed.has(customerId) && isWanted(customerId)) {
          found.push({ customerId, changeNumber: this.#numbers[at] as number });
        }
      }
      if (found.length === limit || this.#isWhole) break;
      if (left <= 0) return { found, resume: this.#numbers.at(-1) };
      left -= CHUNK;
      await this.#readMore(tx);
      at = Math.max(at, this.#placeBefore(changeNumber));
    }
    return { found, resume: undefined };
  }

  /** The first place whose number is below. */
  #placeBefore(changeNumber: number): number {
    let [low, high] = [0, this.#numbers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#numbers[middle] as number) >= changeNumber) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Once at a time, whoever asks. */
  async #readMore(tx: ReadTransaction): Promise<void> {
    this.#reading ??= this.#read(tx).finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  async #read(tx: ReadTransaction): Promise<void> {
    const passed = await tx.get(placesByChange, { ...this.#end, limit: CHUNK });
    if (passed?.numbers == null || passed.changes == null) {
      this.#isWhole = true;
      return;
    }
    const [ids, numbers] = [parseNumbers(passed.numbers), parseNumbers(passed.changes)];
    // Which of them comes first in the text, no database promises.
    const order = ids.map((_, at) => at).sort((a, b) => (numbers[b] as number) - (numbers[a] as number));
    for (const at of order) {
      this.#ids.push(ids[at] as number);
      this.#numbers.push(numbers[at] as number);
    }
    this.#end = { changedAt: passed.changedAt, changeNumber: passed.changeNumber };
    this.#isWhole = ids.length < CHUNK;
  }
}
