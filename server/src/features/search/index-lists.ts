/**
 * The lists of the index, and a memory of those that were read: what people type begins in the same few ways, and the list of a
 * short beginning is long.
 *
 * The memory is right at every moment without being told of any write, since changes are numbered: its lists are at least as young as
 * the change number at which it began, and whoever changed since then is left out of them and looked at instead. When those become
 * many and the index has taken them in, they are written into the lists and the memory begins there.
 */
import type { NameOrder } from '../../db/schema.ts';
import {
  type ClientState,
  changedAfter,
  clientState,
  customersByIds,
  type IndexState,
  indexState,
} from '../search-index/queries.ts';
import { isUsable } from '../search-index/take-in.ts';
import { Candidate } from './candidate.ts';
import { IdSet } from './id-set.ts';
import type { Members } from './members.ts';
import { IndexBehind, type Reading } from './reading.ts';
import { Recency } from './recency.ts';

/** Customers by number, in no order; some of them more than once. */
export interface List {
  /** The same text for the same list; a list without a name is not kept. */
  readonly name: string | undefined;
  read(reading: Reading): Promise<readonly number[]>;
  /** Is a customer in it? */
  holds(candidate: Candidate): boolean;
}

/** So many changes that are not in the index a search looks at itself. */
const MOST_BEHIND = 5000;
/** So many changed ones are looked at for each list before they are written into the lists. */
const MOST_CHANGED = 300;
/** With so many at once it is quicker to read the lists again. */
const TOO_MANY_CHANGED = 2000;
const MOST_REMEMBERED = 1000;
/** So much is kept of lists in all. */
const MOST_BYTES = 32 * 1024 * 1024;

/** A short list as numbers of four bytes, a long one as a bit for each customer. */
interface Kept {
  readonly list: List;
  readonly ids: Int32Array | IdSet;
  readonly bytes: number;
}

/** Of one client, at one moment. It is never changed but for lists that are added: whoever reads at another moment has its own. */
interface Memory {
  /** No list is older than this change. */
  readonly start: number;
  readonly lists: Map<string, Kept>;
  readonly recency: Recency;
  /** What else was made from the index, by name: of whoever changed since, nothing is in it for sure. */
  readonly remembered: Map<string, unknown>;
  /** How the customers stand that changed since. */
  readonly changed: ReadonlyMap<number, Candidate>;
  /** The number of the last change of the client. */
  readonly changeNumber: number;
}

/** What a thread remembers. */
interface Memories {
  /** The one used last stands last. */
  readonly ofClients: Map<number, Memory>;
  /** The bytes of all lists, at most. */
  bytes: number;
}

const memoriesOf = new WeakMap<object, Memories>();

/** The lists of a client as they stand at the moment of its records. */
export class Lists {
  readonly reading: Reading;
  readonly #memories: Memories;
  readonly #memory: Memory;
  /** The number of the last customer. */
  readonly last: number;
  readonly nameOrder: NameOrder;
  #learned: readonly string[] | undefined;

  private constructor(reading: Reading, memories: Memories, memory: Memory, { customerId, nameOrder }: ClientState) {
    this.reading = reading;
    this.#memories = memories;
    this.#memory = memory;
    this.last = customerId;
    this.nameOrder = nameOrder;
  }

  /** Rejects with `IndexBehind` when the index holds too little. */
  static async open(reading: Reading, keeper: object): Promise<Lists> {
    const { records, index } = reading;
    const client = await records.get(clientState, {});
    if (client === undefined) throw new Error('There is no such client');
    const start = await startOf(reading, client, await index.get(indexState, {}));
    const memories = memoriesOf.get(keeper) ?? { ofClients: new Map<number, Memory>(), bytes: 0 };
    memoriesOf.set(keeper, memories);
    const { ofClients } = memories;
    const memory = await bringUpToDate(reading, client, start, ofClients.get(records.clientId));
    // One that saw a later moment may have come in between.
    if ((ofClients.get(records.clientId)?.changeNumber ?? 0) <= client.changeNumber) {
      ofClients.delete(records.clientId);
      ofClients.set(records.clientId, memory);
    }
    forgetOld(memories);
    return new Lists(reading, memories, memory, client);
  }

  /** Is it to be had without reading it? */
  isKept({ name }: List): boolean {
    return name !== undefined && this.#memory.lists.has(name);
  }

  /** How many of those changed last are to be had without reading. */
  get recent(): number {
    return this.#memory.recency.size;
  }

  /** Those whom the lists of the index may not hold as they are. */
  get changed(): ReadonlyMap<number, Candidate> {
    return this.#memory.changed;
  }

  /** Their words, sorted: the index may not have learned them. */
  get learned(): readonly string[] {
    this.#learned ??= [...new Set([...this.changed.values()].flatMap(({ learned }) => learned))].sort();
    return this.#learned;
  }

  /** What is made from the index as it stood when the memory began, or later. */
  async remember<T>(name: string, make: () => Promise<T>): Promise<T> {
    const { remembered } = this.#memory;
    const known = remembered.get(name) as T | undefined;
    if (known !== undefined) return known;
    const made = await make();
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(name, made);
    return made;
  }

  /** When customers were changed last, by the numbers of the changes; of those it does not know, nothing. */
  changeNumberOf(id: number): number | undefined {
    const { recency, changed, changeNumber } = this.#memory;
    return changed.get(id)?.changeNumber ?? recency.changeNumberOf(id, changeNumber);
  }

  /** Those changed last before a change, the last one first: see `Recency`. */
  before(changeNumber: number, limit: number, isWanted: (id: number) => boolean) {
    const { recency, changeNumber: upTo } = this.#memory;
    return recency.before(this.reading, upTo, changeNumber, limit, isWanted);
  }

  /** Who is in a list. */
  async read(list: List): Promise<Members> {
    const { lists, changed } = this.#memory;
    const { name } = list;
    let kept = name === undefined ? undefined : lists.get(name);
    // The one used last stands last.
    if (kept !== undefined) lists.delete(name as string);
    if (kept === undefined) {
      kept = keep(list, await list.read(this.reading), this.last);
      this.#memories.bytes += kept.bytes;
    }
    if (name !== undefined) lists.set(name, kept);
    const come = new Set<number>();
    for (const [id, candidate] of changed) if (list.holds(candidate)) come.add(id);
    return { read: kept.ids, changed, come };
  }
}

/** The change from which on a search must look itself at who changed. */
async function startOf({ records }: Reading, client: ClientState, state: IndexState | undefined): Promise<number> {
  const { changeNumber, customerId, pruned } = client;
  // Of a client whose every change is kept, no index is as good as one that holds nothing.
  const holds = state === undefined ? (pruned === 0 ? 0 : undefined) : state.changeNumber;
  if (holds === undefined || changeNumber - holds > MOST_BEHIND)
    throw new IndexBehind(state?.madeTo ?? undefined, customerId);
  if (state === undefined) return holds;
  if (state.madeTo !== null) throw new IndexBehind(state.madeTo, customerId);
  if (!(await isUsable(records, state, client))) throw new IndexBehind(0, customerId);
  return holds;
}

function keep(list: List, ids: Iterable<number>, last: number): Kept {
  const bytes = (last >>> 5) * 4;
  const few = Int32Array.from(ids);
  if (few.length * 4 <= bytes) return { list, ids: few.sort(), bytes: few.length * 4 };
  const set = new IdSet(last);
  set.addAll(few);
  return { list, ids: set, bytes };
}

/** The list with those who changed put where they stand now. */
function rewritten({ list, ids }: Kept, changed: Memory['changed'], last: number): Kept {
  const all = new IdSet(last);
  all.addAll(ids);
  for (const [id, candidate] of changed) {
    if (list.holds(candidate)) all.add(id);
    else all.remove(id);
  }
  return keep(list, all, last);
}

async function bringUpToDate(
  reading: Reading,
  client: ClientState,
  start: number,
  memory: Memory | undefined,
): Promise<Memory> {
  const { changeNumber, pruned, customerId: last } = client;
  const isFit =
    memory !== undefined &&
    memory.start <= start &&
    memory.changeNumber <= changeNumber &&
    memory.changeNumber >= pruned &&
    !memory.recency.isWornOut;
  if (!isFit) return beginAt(reading, client, start);
  if (memory.changeNumber === changeNumber) return memory;
  const changes = await changesBehind(reading, memory.changeNumber, TOO_MANY_CHANGED);
  if (changes.length === TOO_MANY_CHANGED) return beginAt(reading, client, start);
  memory.recency.hear(changes);
  const changed = new Map([...memory.changed, ...(await lookAt(reading, client, changes))]);
  if (changed.size <= MOST_CHANGED || start === memory.start) return { ...memory, changed, changeNumber };
  const lists = new Map([...memory.lists].map(([name, kept]) => [name, rewritten(kept, changed, last)]));
  const rest = new Map([...changed].filter(([, candidate]) => candidate.changeNumber > start));
  return { start, lists, recency: memory.recency, remembered: new Map(), changed: rest, changeNumber };
}

async function beginAt(reading: Reading, client: ClientState, start: number): Promise<Memory> {
  const changes = await changesBehind(reading, start, MOST_BEHIND);
  const changed = await lookAt(reading, client, changes);
  const { changeNumber } = client;
  return { start, lists: new Map(), recency: new Recency(), remembered: new Map(), changed, changeNumber };
}

const changesBehind = ({ records }: Reading, changeNumber: number, limit: number) =>
  records.all(changedAfter, { changeNumber, limit });

/** How those stand who changed. */
async function lookAt(
  { records }: Reading,
  { nameOrder }: ClientState,
  changes: readonly { customerId: number }[],
): Promise<Map<number, Candidate>> {
  if (changes.length === 0) return new Map();
  const ids = [...new Set(changes.map(({ customerId }) => customerId))];
  const rows = await records.all(customersByIds, { ids: JSON.stringify(ids) });
  return new Map(rows.map((row) => [row.customer_id, new Candidate(row, nameOrder)]));
}

/** Forgets the lists that were not used for longest, of the client that was not for longest. */
function forgetOld(memories: Memories): void {
  if (memories.bytes <= MOST_BYTES) return;
  const all = [...memories.ofClients.values()].map(({ lists }) => lists);
  memories.bytes = all.reduce((sum, lists) => [...lists.values()].reduce((bytes, list) => bytes + list.bytes, sum), 0);
  for (const lists of all) {
    for (const [name, { bytes }] of lists) {
      if (memories.bytes <= MOST_BYTES) return;
      lists.delete(name);
      memories.bytes -= bytes;
    }
  }
}
