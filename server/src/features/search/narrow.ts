/** From conditions to customers: by the lists of the index, as far as they are short. */
import type { ReadTransaction } from '../../db/transaction.ts';
import type { Condition } from './conditions.ts';
import { IdSet } from './ids.ts';

/** With so few, the rest of the conditions is tested one by one. */
export const FEW = 1500;
/** A list that is longer is not read, unless nothing else tells how many fit: it costs as much as testing a few thousand. */
export const SHORT = 40_000;

/** What the lists that were read tell. */
export interface Narrowed {
  /** Who may fit; everybody, when it is not there. */
  readonly ids: IdSet | undefined;
  /** What is still to be tested of each of them. */
  readonly open: readonly Condition[];
  /** Who has a word in the last name, or the first name, that a term begins; of the terms that are not open. */
  readonly lastName: IdSet;
  readonly firstName: IdSet;
}

/** `last` is the number of the last customer; a list longer than `longest` is left out. */
export async function narrow(
  tx: ReadTransaction,
  conditions: readonly Condition[],
  last: number,
  longest: number,
): Promise<Narrowed> {
  const open: Condition[] = [];
  const [lastName, firstName] = [new IdSet(last), new IdSet(last)];
  let ids: IdSet | undefined;
  for (const condition of conditions.toSorted((a, b) => b.narrowness - a.narrowness)) {
    const isEnough = ids !== undefined && ids.size <= FEW;
    const lists = isEnough ? undefined : await readLists(tx, condition, last, longest);
    if (lists === undefined) {
      open.push(condition);
      continue;
    }
    lastName.addAll(lists.l);
    firstName.addAll(lists.f);
    if (ids === undefined && !condition.isComplement) ids = lists.all;
    else {
      ids ??= everybody(last);
      ids.keep(lists.all, condition.isComplement);
    }
  }
  return { ids, open, lastName, firstName };
}

async function readLists(
  tx: ReadTransaction,
  { sources }: Condition,
  last: number,
  longest: number,
): Promise<{ all: IdSet; l: IdSet; f: IdSet } | undefined> {
  if (sources.length === 0) return undefined;
  const [all, l, f] = [new IdSet(last), new IdSet(last), new IdSet(last)];
  let left = longest;
  for (const { place, read } of sources) {
    const ids = await read(tx, left + 1);
    left -= ids.length;
    if (left < 0) return undefined;
    const ofName = place === 'l' ? l : place === 'f' ? f : undefined;
    for (const id of ids) {
      all.add(id);
      ofName?.add(id);
    }
  }
  return { all, l, f };
}

function everybody(last: number): IdSet {
  const ids = new IdSet(last);
  for (let id = 1; id <= last; id += 1) ids.add(id);
  return ids;
}
