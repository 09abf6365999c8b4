/** The members of a list of the index, as of one moment. */
import { IdSet } from './id-set.ts';

export interface Ids extends Iterable<number> {
  readonly size: number;
  has(id: number): boolean;
}

/** A small set of customer numbers: sorted, none of them twice. */
export class FewIds implements Ids {
  readonly #ids: readonly number[];

  constructor(ids: readonly number[]) {
    this.#ids = ids;
  }

  get size(): number {
    return this.#ids.length;
  }

  has(id: number): boolean {
    return isIn(this.#ids, id);
  }

  [Symbol.iterator](): Iterator<number> {
    return this.#ids[Symbol.iterator]();
  }

  filter(isWanted: (id: number) => boolean): FewIds {
    return new FewIds(this.#ids.filter(isWanted));
  }
}

/** Is a number in a sorted list? */
function isIn(sorted: ArrayLike<number>, id: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < id) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === id;
}

/** A list as it was read, and its members among the customers that changed since. */
export interface Members {
  /** An array is sorted. */
  readonly read: Int32Array | IdSet;
  readonly changed: ReadonlyMap<number, unknown>;
  readonly come: ReadonlySet<number>;
}

/** An upper bound on the members of a list. */
export const mostOf = ({ read, come }: Members): number =>
  (read instanceof IdSet ? read.size : read.length) + come.size;

export function isMember({ read, changed, come }: Members, id: number): boolean {
  if (changed.size > 0 && changed.has(id)) return come.has(id);
  return read instanceof IdSet ? read.has(id) : isIn(read, id);
}

/** The members of any of the lists, which are small. */
export function fewOf(lists: readonly Members[]): FewIds {
  const ids = lists.flatMap(({ read, changed, come }) => {
    const unchanged = changed.size === 0 ? [...read] : [...read].filter((id) => !changed.has(id));
    return [...unchanged, ...come];
  });
  return new FewIds([...new Set(ids)].sort((a, b) => a - b));
}

/** The members of any of the lists, which are of the same moment, for numbers up to `last`. */
export function allOf(lists: readonly Members[], last: number): IdSet {
  const all = new IdSet(last);
  for (const { read } of lists) all.addAll(read);
  const [first] = lists;
  if (first === undefined || first.changed.size === 0) return all;
  for (const id of first.changed.keys()) all.remove(id);
  for (const { come } of lists) all.addAll(come);
  return all;
}
