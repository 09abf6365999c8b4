/** Gives a client-type to many customers or takes it from them, in parts, and undoes that. */

import type { Store } from '../../db/store.ts';
import { type DetailChange, detailChange } from '../../db/transaction/change.ts';
import type { WriteTransaction } from '../../db/transaction/write.ts';
import type { Caller } from '../../http/caller.ts';
import type { Writes } from '../../http/idempotency/writes.ts';
import { foldCase } from '../../http/wire/text.ts';
import { updateTags } from '../customers/queries.ts';
import {
  type Action,
  addNumber,
  type Done,
  isTooMany,
  opposite,
  type Range,
  tagsAfter,
  tagsUndone,
  undone,
} from './assign-rules.ts';
import { carryOver, tagsCarriedOver } from './carry-over.ts';
import { type ClientTypeRow, clientTypeByKey, insertTagOnce, removeTag, tagChangesBy, tagsOf } from './queries.ts';
import { makeClientType } from './writes.ts';

/** How many customers are written at a time: few enough to delay other writes by a few milliseconds only. */
const CHUNK = 50;
/** How many are read at a time: reading is quicker. */
const READ_CHUNK = 500;

export interface Assigned {
  readonly selected: number;
  readonly changed: number;
  /** How many have too many client-types to get one more. */
  readonly full: number;
  readonly ranges: readonly Range[];
}

type Parts = Pick<Writes<unknown>, 'part'>;

const chunksOf = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));

export const findClientType = (store: Store, { clientId }: Caller, name: string): Promise<ClientTypeRow | undefined> =>
  store.read(clientId, (tx) => tx.get(clientTypeByKey, { nameKey: foldCase(name) }));

/** Counts the customers, and how many would change. */
export async function countAssignment(
  store: Store,
  { clientId }: Caller,
  ids: readonly number[],
  action: Action,
  name: string,
): Promise<Assigned> {
  let [selected, changed, full] = [0, 0, 0];
  for (const some of chunksOf(ids, READ_CHUNK)) {
    const customers = await store.read(clientId, (tx) => tx.all(tagsOf, { ids: JSON.stringify(some) }));
    selected += customers.length;
    const carried = await store.read(clientId, (tx) => tagsCarriedOver(tx, some));
    for (const { customerId, tags } of customers) {
      const before = carried.get(customerId) ?? (JSON.parse(tags) as readonly string[]);
      const after = tagsAfter(before, action, name);
      if (after === undefined) continue;
      if (isTooMany(before, after)) full += 1;
      else changed += 1;
    }
  }
  return { selected, changed, full, ranges: [] };
}

/** Does it. */
export function assign(once: Parts, ids: readonly number[], action: Action, name: string): Promise<Assigned> {
  return change(once, ids, action, name, (_id, now) => tagsAfter(now, action, name));
}

/** Undoes what this caller did; later changes by others stay. */
export async function undoAssignment(
  store: Store,
  once: Parts,
  caller: Caller,
  { action, ranges }: Done,
  name: string,
): Promise<Assigned> {
  const { clientId, actor } = caller;
  const before = new Map<number, NonNullable<ReturnType<typeof undone>>>();
  for (const [first, last] of ranges) {
    const by = { byKind: actor.kind, byId: actor.id };
    const changes = await store.read(clientId, (tx) => tx.all(tagChangesBy, { first, last, ...by }));
    for (const { customerId, changed } of changes) {
      const one = undone(JSON.parse(changed).customerTags, action, name);
      if (one !== undefined) before.set(customerId, one);
    }
  }
  return change(once, [...before.keys()], opposite(action), name, (id, now) => {
    const one = before.get(id);
    return one && tagsUndone(now, one, action, name);
  });
}

/** What a part has done: the customers up to this number, by these changes. */
interface Part {
  readonly last: number;
  readonly isLast: boolean;
  readonly selected: number;
  /** Missing where an older version did it. */
  readonly full?: number;
  readonly changes: readonly number[];
}

/** Gives customers the client-types that they should have, if those differ from what they have. */
async function change(
  once: Parts,
  ids: readonly number[],
  action: Action,
  name: string,
  wanted: (customerId: number, now: readonly string[]) => readonly string[] | undefined,
): Promise<Assigned> {
  let [selected, changed, full] = [0, 0, 0];
  let ranges: readonly Range[] = [];
  let part: Part;
  // In order of number: a repeated request continues after the last one, whatever else the filters match by then.
  let rest = ids.toSorted((a, b) => a - b);
  do {
    const some = rest.slice(0, CHUNK);
    const isLast = rest.length <= CHUNK;
    part = await once.part(async (tx): Promise<Part> => {
      await carryOver(tx, some);
      const customers = await tx.all(tagsOf, { ids: JSON.stringify(some) });
      const write = tagWriter(tx, action, name);
      const changes: number[] = [];
      let tooMany = 0;
      for (const { customerId, tags } of customers) {
        const before: readonly string[] = JSON.parse(tags);
        const after = wanted(customerId, before);
        if (after === undefined) continue;
        if (isTooMany(before, after)) tooMany += 1;
        else changes.push(await write(customerId, before, after));
      }
      return { last: some.at(-1) ?? 0, isLast, selected: customers.length, full: tooMany, changes };
    });
    const { last } = part;
    rest = rest.filter((id) => id > last);
    selected += part.selected;
    changed += part.changes.length;
    full += part.full ?? 0;
    for (const number of part.changes) ranges = addNumber(ranges, number);
  } while (!part.isLast);
  return { selected, changed, full, ranges };
}

/** Writes the client-types of a customer, which differ by this one; returns the number of the change. */
function tagWriter(tx: WriteTransaction, action: Action, name: string) {
  let tag: DetailChange | undefined;
  const change = async (): Promise<DetailChange> => {
    const type = await tx.get(clientTypeByKey, { nameKey: foldCase(name) });
    const clientTypeId = type?.clientTypeId ?? (await makeClientType(tx, name));
    return detailChange(action === 'add' ? insertTagOnce : removeTag, { clientTypeId });
  };
  return async (customerId: number, before: readonly string[], after: readonly string[]): Promise<number> => {
    tag ??= await change();
    const changed = { customerTags: [before, after] } as const;
    const tags = JSON.stringify(after);
    return (await tx.change('clienttypes', customerId, changed, updateTags, { tags }, [tag])).changeNumber;
  };
}
