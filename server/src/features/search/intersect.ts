/** From conditions to customers, by the lists of the index. */
import type { Condition } from './conditions.ts';
import { IdSet } from './id-set.ts';
import type { Lists } from './index-lists.ts';
import { allOf, FewIds, fewOf, type Ids, isMember, type Members, mostOf } from './members.ts';

/** With this few or fewer, examining each costs less than reading a list that may be long. */
const FEW_TO_LOOK_AT = 40;
/** Up to this many are kept as numbers; more are a bitmap over all customers. */
const FEW = 4000;

export interface Narrowed {
  /** The customers that may match; `undefined` means all. */
  readonly ids: Ids | undefined;
  /** The conditions that remain to be checked for each of them; the customers are few then. */
  readonly open: readonly Condition[];
  /**
   * The customers with a word in the last name, or the first name, that begins with a term; for terms that are not
   * open.
   */
  readonly lastName: readonly Members[];
  readonly firstName: readonly Members[];
}

export async function intersect(lists: Lists, conditions: readonly Condition[]): Promise<Narrowed> {
  const { last } = lists;
  const open: Condition[] = [];
  const [lastName, firstName]: [Members[], Members[]] = [[], []];
  let ids: FewIds | IdSet | undefined;
  // Cached lists cost nothing, and the more selective the others are, the fewer of them are read.
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

/** The customers, of some or of all, that are in one of the lists, or in none of them. */
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
