/**
 * The lists of the index, and a memory of those that were read: what people type begins in the same few ways, and the list of a
 * short beginning is long.
 *
 * The memory is right at every moment without being told of any write, since changes are numbered: a list is as old as the change
 * number at which the memory began, and whoever changed since then is left out of it and looked at instead. When those become
 * many they are written into the lists, and when they are very many the memory begins anew.
 */
import type { ReadTransaction } from '../../db/transaction.ts';
import { IdSet } from './ids.ts';
import { type Candidate, candidates, changedAfter, counters } from './queries.ts';
import { Recency } from './recency.ts';

/** Customers by number, in no order; some of them more than once. */
export interface List {
  /** The same text for the same list; a list without a name is not kept. */
  readonly name: string | undefined;
  read(tx: ReadTransaction): Promise<readonly number[]>;
  /** Is a customer in it? */
  holds(candidate: Candidate): boolean;
}

/** So many changed ones are looked at for each list before they are written into the lists. */
const MOST_CHANGED = 300;
/** With so many at once it is quicker to read the lists again. */
const TOO_MANY_CHANGED = 2000;
/** So much is kept in all. */
const MOST_BYTES = 24 * 1024 * 1024;

/** A short list as numbers of four bytes, a long one as a bit for each customer. */
interface Kept {
  readonly list: List;
  readonly ids: Int32Array | IdSet;
  readonly bytes: number;
}

/** Of one client, at one moment. It is never changed but for lists that are added: whoever reads at another moment has its own. */
interface Memory {
  readonly lists: Map<string, Kept>;
  readonly recency: Recency;
  /** How the customers stand that changed since the lists were read. */
  readonly changed: ReadonlyMap<number, Candidate>;
  /** The number of the last change of the client. */
  readonly changeNumber: number;
}

/** By what keeps them (a thread, or a connection to a database) and client; the one used last stands last. */
const memories = new WeakMap<object, Map<number, Memory>>();

/** The lists of a client as they stand at the moment of a transaction. */
export class Lists {
  readonly #tx: ReadTransaction;
  readonly #memory: Memory;
  /** The number of the last customer. */
  readonly last: number;

  private constructor(tx: ReadTransaction, memory: Memory, last: number) {
    this.#tx = tx;
    this.#memory = memory;
    this.last = last;
  }

  static async open(tx: ReadTransaction, keeper: object): Promise<Lists> {
    const { changeNumber = 0, customerId = 0, pruned = 0 } = (await tx.get(counters, {})) ?? {};
    const ofClients = memories.get(keeper) ?? new Map<number, Memory>();
    memories.set(keeper, ofClients);
    const before = ofClients.get(tx.clientId);
    // Who changed since can only be known as long as the changes are kept.
    const usable = before !== undefined && before.changeNumber >= pruned ? before : undefined;
    const memory = await bringUpToDate(tx, usable, changeNumber, customerId);
    // One that saw a later moment may have come in between.
    if ((ofClients.get(tx.clientId)?.changeNumber ?? 0) <= changeNumber) {
      ofClients.delete(tx.clientId);
      ofClients.set(tx.clientId, memory);
    }
    forgetOld(ofClients);
    return new Lists(tx, memory, customerId);
  }

  /** Is it to be had without reading it? */
  isKept({ name }: List): boolean {
    return name !== undefined && this.#memory.lists.has(name);
  }

  /** How many of those changed last are to be had without reading. */
  get recent(): number {
    return this.#memory.recency.size;
  }

  /** Those changed last before a change, the last one first: see `Recency`. */
  before(changeNumber: number, limit: number, isWanted: (id: number) => boolean) {
    const { recency, changed } = this.#memory;
    return recency.before(this.#tx, changed, changeNumber, limit, isWanted);
  }

  /** The customers of a list, some of them more than once. */
  async read(list: List): Promise<Iterable<number>> {
    const { lists, changed } = this.#memory;
    const { name } = list;
    const kept = name === undefined ? undefined : lists.get(name);
    if (kept === undefined) {
      const ids = await list.read(this.#tx);
      if (name !== undefined) lists.set(name, keep(list, ids, this.last));
      return ids;
    }
    // The one used last stands last.
    lists.delete(name as string);
    lists.set(name as string, kept);
    return asItStands(kept, changed, this.last);
  }
}

function keep(list: List, ids: readonly number[], last: number): Kept {
  const bytes = (last >>> 5) * 4;
  if (ids.length * 4 <= bytes) return { list, ids: Int32Array.from(ids), bytes: ids.length * 4 };
  const set = new IdSet(last);
  set.addAll(ids);
  return { list, ids: set, bytes };
}

function asItStands({ list, ids }: Kept, changed: Memory['changed'], last: number): Iterable<number> {
  if (changed.size === 0) return ids;
  const come = [...changed].filter(([, candidate]) => list.holds(candidate)).map(([id]) => id);
  if (!(ids instanceof IdSet)) return [...ids.filter((id) => !changed.has(id)), ...come];
  const set = new IdSet(last);
  set.addAll(ids);
  for (const id of changed.keys()) set.remove(id);
  set.addAll(come);
  return set;
}

const nothing = (changeNumber: number): Memory => ({
  lists: new Map(),
  recency: new Recency(),
  changed: new Map(),
  changeNumber,
});

async function bringUpToDate(
  tx: ReadTransaction,
  memory: Memory | undefined,
  changeNumber: number,
  last: number,
): Promise<Memory> {
  if (memory === undefined || memory.changeNumber > changeNumber) return nothing(changeNumber);
  if (memory.changeNumber === changeNumber) return memory;
  const rows = await tx.all(changedAfter, { changeNumber: memory.changeNumber, limit: TOO_MANY_CHANGED });
  const ids = [...new Set(rows.map((row) => row.customerId))];
  if (rows.length === TOO_MANY_CHANGED) return nothing(changeNumber);
  const changed = new Map(memory.changed);
  for (const one of await tx.all(candidates, { ids: JSON.stringify(ids) })) changed.set(one.customerId, one);
  return changed.size > MOST_CHANGED
    ? { ...nothing(changeNumber), lists: rewritten(memory.lists, changed, last) }
    : { ...memory, changed, changeNumber };
}

const rewritten = (lists: Memory['lists'], changed: Memory['changed'], last: number): Map<string, Kept> =>
  new Map([...lists].map(([name, kept]) => [name, keep(kept.list, [...asItStands(kept, changed, last)], last)]));

/** Forgets the lists that were not used for longest, of the client that was not for longest. */
function forgetOld(ofClients: ReadonlyMap<number, Memory>): void {
  let kept = 0;
  for (const { lists } of ofClients.values()) for (const { bytes } of lists.values()) kept += bytes;
  for (const { lists } of ofClients.values()) {
    for (const [name, { bytes }] of lists) {
      if (kept <= MOST_BYTES) return;
      lists.delete(name);
      kept -= bytes;
    }
  }
}
