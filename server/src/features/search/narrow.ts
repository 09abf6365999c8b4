/** From conditions to customers, by the lists of the index. */
import type { Condition } from './conditions.ts';
import { IdSet } from './ids.ts';
import type { Lists } from './lists.ts';

/** With so few, looking at each costs less than reading a list that may be long. */
const FEW = 400;

export interface Narrowed {
  /** Who may fit; everybody, when it is not there. */
  readonly ids: IdSet | undefined;
  /** What is still to be looked at of each of them: they are few. */
  readonly open: readonly Condition[];
  /** Who has a word in the last name, or the first name, that a term begins; of the terms that are not open. */
  readonly lastName: IdSet;
  readonly firstName: IdSet;
}

export async function narrow(lists: Lists, conditions: readonly Condition[]): Promise<Narrowed> {
  const { last } = lists;
  const open: Condition[] = [];
  const [lastName, firstName] = [new IdSet(last), new IdSet(last)];
  let ids: IdSet | undefined;
  // What is kept costs nothing, and the narrower the others are, the fewer of them are read.
  const isKept = (one: Condition): number => (one.lists.every((list) => lists.isKept(list)) ? 1 : 0);
  for (const one of conditions.toSorted((a, b) => isKept(b) - isKept(a) || b.narrowness - a.narrowness)) {
    if (ids !== undefined && ids.size <= FEW && isKept(one) === 0) {
      open.push(one);
      continue;
    }
    const all = new IdSet(last);
    for (const list of one.lists) {
      const ofName = list.place === 'l' ? lastName : list.place === 'f' ? firstName : undefined;
      const found = await lists.read(list);
      all.addAll(found);
      ofName?.addAll(found);
    }
    if (ids === undefined && !one.isComplement) ids = all;
    else {
      ids ??= everybody(last);
      if (one.isComplement) ids.leaveOut(all);
      else ids.keep(all);
    }
  }
  return { ids, open, lastName, firstName };
}

function everybody(last: number): IdSet {
  const ids = new IdSet(last);
  for (let id = 1; id <= last; id += 1) ids.add(id);
  return ids;
}
