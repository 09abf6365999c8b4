/** The members of a list of the index, as of one moment. */
import { IdSet } from './id-set.ts';

export interface Ids extends Iterable<number> {
  readonly size: number;
  has(id: number): boolean;
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

/** A small set of customer numbers. */
export class FewIds implements Ids {
  /** Sorted, none of them twice. */
  readonly #ids: Int32Array;

  constructor(sorted: Int32Array) {
    this.#ids = sorted;
  }

  get size(): number {
    return this.#ids.length;
  }

  has(id: number): boolean {
    return this.#ids[placeIn(this.#ids, id)] === id;
  }

  [Symbol.iterator](): Iterator<number> {
    return this.#ids[Symbol.iterator]();
  }

  toSet(last: number): IdSet {
    const set = new IdSet(last);
    set.addAll(this.#ids);
    return set;
  }

  within(set: IdSet): FewIds {
    return new FewIds(this.#ids.filter((id) => set.has(id)));
  }

  /** Those that are in one of the lists, which are of the same moment, and the others. */
  split(lists: readonly Members[]): [FewIds, FewIds] {
    const ids = this.#ids;
    const marks = new Uint8Array(ids.length);
    for (const { read } of lists) mark(marks, ids, read);
    const changed = lists[0]?.changed;
    if (changed !== undefined && changed.size > 0) {
      for (const [at, id] of ids.entries())
        if (changed.has(id)) marks[at] = lists.some(({ come }) => come.has(id)) ? 1 : 0;
    }
    const those = (mark: number): FewIds => new FewIds(ids.filter((_, at) => marks[at] === mark));
    return [those(1), those(0)];
  }
}

/** The place of a number in a sorted list, or of the next higher one. */
function placeIn(sorted: Int32Array, id: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sets the marks of the numbers that are in a list, in the way that takes the fewest steps. */
function mark(marks: Uint8Array, ids: Int32Array, list: Int32Array | IdSet): void {
  if (list instanceof IdSet) {
    for (let at = 0; at < ids.length; at += 1) if (list.has(ids[at] as number)) marks[at] = 1;
  } else if (list.length > ids.length * Math.log2(list.length + 1)) {
    for (let at = 0; at < ids.length; at += 1) {
      const id = ids[at] as number;
      if (list[placeIn(list, id)] === id) marks[at] = 1;
    }
  } else {
    for (let at = 0, place = 0; at < ids.length; at += 1) {
      const id = ids[at] as number;
      while (place < list.length && (list[place] as number) < id) place += 1;
      if (list[place] === id) marks[at] = 1;
    }
  }
}

/** The members of any of the lists, which are small and of the same moment. */
export function fewOf(lists: readonly Members[]): FewIds {
  const all: number[] = [];
  for (const { read, changed, come } of lists) {
    for (const id of read) if (changed.size === 0 || !changed.has(id)) all.push(id);
    for (const id of come) all.push(id);
  }
  const sorted = Int32Array.from(all).sort();
  return new FewIds(sorted.filter((id, at) => id !== sorted[at - 1]));
}

/** The members of any of the lists, which are of the same moment, for numbers up to `last`. */
export function allOf(lists: readonly Members[], last: number): IdSet {
  const all = new IdSet(last);
  for (const { read } of lists) all.addAll(read);
  const [first] = lists;
  if (first === undefined || first.changed.size === 0) return all;
  for (const id of first.changed.keys()) all.remove(id);
  for (const { come } of lists) for (const id of come) all.add(id);
  return all;
}
