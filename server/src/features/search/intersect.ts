/** From conditions to customers, by the lists of the index. */
import type { Condition } from './conditions.ts';
import { IdSet } from './id-set.ts';
import type { Lists } from './index-lists.ts';
import { allOf, FewIds, fewOf, type Ids, isMember, type Members, mostOf } from './members.ts';

/** With so few, looking at each costs less than reading a list that may be long. */
const FEW_TO_LOOK_AT = 40;
/** So many are kept as numbers; of more, each is a bit among those of all customers. */
const FEW = 4000;

export interface Narrowed {
  /** Who may fit; everybody, when it is not there. */
  readonly ids: Ids | undefined;
  /** What is still to be looked at of each of them: they are few. */
  readonly open: readonly Condition[];
  /** Who has a word in the last name, or the first name, that a term begins; of the terms that are not open. */
  readonly lastName: readonly Members[];
  readonly firstName: readonly Members[];
}

export async function intersect(lists: Lists, conditions: readonly Condition[]): Promise<Narrowed> {
  const { last } = lists;
  const open: Condition[] = [];
  const [lastName, firstName]: [Members[], Members[]] = [[], []];
  let ids: FewIds | IdSet | undefined;
  // What is kept costs nothing, and the narrower the others are, the fewer of them are read.
  const isKept = (one: Condition): number => (one.lists.every((list) => lists.isKept(list)) ? 1 : 0);
  for (const one of conditions.toSorted((a, b) => isKept(b) - isKept(a) || b.narrowness - a.narrowness)) {
    if (ids?.size === 0) break;
    if (ids !== undefined && ids.size <= FEW_TO_LOOK_AT && isKept(one) === 0) {
      open.push(one);
      continue;
    }
    const members: Members[] = [];
    for (const list of one.lists) {
      const found = await lists.read(list);
      members.push(found);
      if (list.place === 'l') lastName.push(found);
      if (list.place === 'f') firstName.push(found);
    }
    ids = few(keep(ids, members, one.isComplement, last));
  }
  return { ids, open, lastName, firstName };
}

/** Those of some, or of everybody, who are in one of the lists, or in none of them. */
function keep(
  ids: FewIds | IdSet | undefined,
  members: readonly Members[],
  isComplement: boolean,
  last: number,
): FewIds | IdSet {
  if (ids instanceof FewIds) return ids.filter((id) => members.some((list) => isMember(list, id)) !== isComplement);
  if (!isComplement) {
    const most = members.reduce((sum, list) => sum + mostOf(list), 0);
    if (most <= FEW) return ids === undefined ? fewOf(members) : fewOf(members).filter((id) => ids.has(id));
    const all = allOf(members, last);
    if (ids === undefined) return all;
    ids.keep(all);
    return ids;
  }
  const rest = ids ?? everybody(last);
  rest.leaveOut(allOf(members, last));
  return rest;
}

const few = (ids: FewIds | IdSet): FewIds | IdSet =>
  ids instanceof IdSet && ids.size <= FEW ? new FewIds([...ids]) : ids;

function everybody(last: number): IdSet {
  const ids = new IdSet(last);
  for (let id = 1; id <= last; id += 1) ids.add(id);
  return ids;
}
