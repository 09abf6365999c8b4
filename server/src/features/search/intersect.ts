/** From conditions to customers, by the lists of the index. */
import type { Condition } from './conditions.ts';
import { IdSet } from './id-set.ts';
import type { Lists } from './index-lists.ts';
import { allOf, FewIds, fewOf, type Ids, type Members, mostOf } from './members.ts';

/** With this few or fewer, examining each costs less than reading any list that may be long. */
const FEW_TO_LOOK_AT = 40;
/** Beside the list of a single letter, which surely is long, so many. */
const FEW_BESIDE_A_LETTER = 2000;
/** Examining a customer, or only its words, is as much work as reading so many members of a list. Measured. */
const ONE_TO_LOOK_AT = 250;
const WORDS_TO_LOOK_AT = 64;
/** A list is cached once it is read: it is avoided only as long as that takes a small part of the work, … */
const WORTH_AVOIDING = 0.25;
/** … but the list of a letter so many times, since reading it may take more time than a search has. */
const TIMES_OF_A_LETTER = 16;
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
  const isKept = (one: Condition): number => (lists.areKept(one.lists) ? 1 : 0);
  for (const one of conditions.toSorted((a, b) => isKept(b) - isKept(a) || b.narrowness - a.narrowness)) {
    if (ids?.size === 0) break;
    if (ids !== undefined && isKept(one) === 0) {
      const few = ids.size;
      const most = WORTH_AVOIDING * expectedLength(one, last);
      const times = one.narrowness <= 1 ? TIMES_OF_A_LETTER : 1;
      const mayTake = (each: number): boolean =>
        few * each <= most && lists.mayTake(one.lists, few * each, times * most);
      if (few > FEW_TO_LOOK_AT && lists.haveWords(one.lists) && mayTake(WORDS_TO_LOOK_AT)) {
        const found = await lists.readAmong(one.lists, ids);
        for (const [at, { place }] of one.lists.entries()) {
          if (place === 'l') lastName.push(found[at] as Members);
          if (place === 'f') firstName.push(found[at] as Members);
        }
        ids = inAny(ids, found, last);
        continue;
      }
      if (few <= FEW_TO_LOOK_AT || (few <= FEW_BESIDE_A_LETTER && one.narrowness <= 1 && mayTake(ONE_TO_LOOK_AT))) {
        open.push(one);
        continue;
      }
    }
    for (const list of one.lists) {
      if (list.place === 'l') lastName.push(await lists.read(list));
      if (list.place === 'f') firstName.push(await lists.read(list));
    }
    ids = few(keep(ids, await lists.readAny(one.lists), one.isComplement, last));
  }
  return { ids, open, lastName, firstName };
}

/** How many words begin with a text, as a rule: of one letter as many as there are customers, of two a quarter. */
const expectedLength = ({ narrowness }: Condition, last: number): number => last / 4 ** (narrowness - 1);

/** The customers that are in one of the lists. */
function inAny(ids: FewIds | IdSet, lists: readonly Members[], last: number): FewIds | IdSet {
  if (ids instanceof FewIds) return ids.split(lists)[0];
  const found = allOf(lists, last);
  found.keep(ids);
  return few(found);
}

/** The customers, of some or of all, that are in a list, or that are not. */
function keep(ids: FewIds | IdSet | undefined, list: Members, isComplement: boolean, last: number): FewIds | IdSet {
  if (ids instanceof FewIds) return ids.split([list])[isComplement ? 1 : 0];
  if (!isComplement) {
    if (mostOf(list) <= FEW) return ids === undefined ? fewOf([list]) : fewOf([list]).within(ids);
    const all = allOf([list], last);
    if (ids === undefined) return all;
    ids.keep(all);
    return ids;
  }
  const rest = ids ?? everybody(last);
  rest.leaveOut(allOf([list], last));
  return rest;
}

const few = (ids: FewIds | IdSet): FewIds | IdSet =>
  ids instanceof IdSet && ids.size <= FEW ? new FewIds(ids.toArray()) : ids;

function everybody(last: number): IdSet {
  const ids = new IdSet(last);
  for (let id = 1; id <= last; id += 1) ids.add(id);
  return ids;
}
