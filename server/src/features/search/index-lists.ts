/**
 * The lists of the index, and a cache of those that were read: what people type begins in the same few ways, and the
 * list of a short beginning is long.
 *
 * The cache is always correct without being told of any write, since changes are numbered: its lists are at least as
 * recent as the change number at which it began, and customers that changed since then are left out of them and
 * examined instead. When those become many and the index has taken them in, they are written into the lists and the
 * cache begins there.
 */
import type { NameOrder } from '../clients/tables.ts';
import { customersByIds } from '../customers/queries.ts';
import { type ClientState, changedAfter, clientState, type IndexState, indexState } from '../search-index/queries.ts';
import { isUsable } from '../search-index/take-in.ts';
import { postgresRows } from '../search-index/words/queries.ts';
import { Candidate } from './candidate.ts';
import { IdSet } from './id-set.ts';
import type { Ids, Members } from './members.ts';
import { IndexBehind, type Reading } from './reading.ts';
import { Recency } from './recency.ts';

/** Customers by number, in no order; some of them more than once. */
export interface List {
  /** The same text for the same list; a list without a name is not cached. */
  readonly name: string | undefined;
  read(reading: Reading): Promise<readonly number[]>;
  /** Is a customer in it? */
  holds(candidate: Candidate): boolean;
  /** The words of its members contain one of these; without it, words do not tell. See `textOf`. */
  readonly marks?: readonly string[];
}

/** How many changes that are not in the index a search examines itself, at most. */
const MOST_BEHIND = 5000;
/** How many changed customers are examined for each list before they are written into the lists. */
const MOST_CHANGED = 300;
/** With more at once, it is quicker to read the lists again. */
const TOO_MANY_CHANGED = 2000;
const MOST_REMEMBERED = 1000;
/** With more to look for in each customer's words, that becomes more work. */
const MOST_MARKS = 30;
/** How much memory all lists may take. */
const MOST_BYTES = 32 * 1024 * 1024;

/** What must be known of a list, or of a union of them, that is cached. */
type Named = Pick<List, 'name' | 'holds'>;

/** A short list as numbers of four bytes, a long one as a bit for each customer. */
interface Kept {
  readonly list: Named;
  readonly ids: Int32Array | IdSet;
  readonly bytes: number;
}

/**
 * The cache of one client, at one moment. It never changes, except that lists are added: a read at another moment has
 * its own.
 */
interface Memory {
  /** No list is older than this change. */
  readonly start: number;
  readonly lists: Map<string, Kept>;
  readonly recency: Recency;
  /** What else was made from the index, by name: nothing in it is certain about customers that changed since. */
  readonly remembered: Map<string, unknown>;
  /** The order of names in which the changed customers are placed. */
  readonly nameOrder: NameOrder;
  /** The state of the customers that changed since. */
  readonly changed: ReadonlyMap<number, Candidate>;
  /** The number of the last change of the client. */
  readonly changeNumber: number;
}

/** The cache of a thread. */
interface Memories {
  /** The most recently used comes last. */
  readonly ofClients: Map<number, Memory>;
  /** The bytes of all lists, at most. */
  bytes: number;
}

const memoriesOf = new WeakMap<object, Memories>();

/** The lists of a client as of the moment of its records. */
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

  /** Rejects with `IndexBehind` if the index holds too little. */
  static async open(reading: Reading, keeper: object): Promise<Lists> {
    const { records, index } = reading;
    const [client, state] = await Promise.all([records.get(clientState, {}), index.get(indexState, {})]);
    if (client === undefined) throw new Error('There is no such client');
    const start = await startOf(reading, client, state);
    const memories = memoriesOf.get(keeper) ?? { ofClients: new Map<number, Memory>(), bytes: 0 };
    memoriesOf.set(keeper, memories);
    const { ofClients } = memories;
    const memory = await bringUpToDate(reading, client, start, ofClients.get(records.clientId));
    // A read of a later moment may have come in between.
    if ((ofClients.get(records.clientId)?.changeNumber ?? 0) <= client.changeNumber) {
      ofClients.delete(records.clientId);
      ofClients.set(records.clientId, memory);
    }
    forgetOld(memories);
    return new Lists(reading, memories, memory, client);
  }

  /** Are they available without reading, together or each by itself? */
  areKept(parts: readonly List[]): boolean {
    const { lists } = this.#memory;
    return lists.has(unionOf(parts).name ?? '') || parts.every(({ name }) => name !== undefined && lists.has(name));
  }

  /** How many of the most recently changed are available without reading. */
  get recent(): number {
    return this.#memory.recency.size;
  }

  /** The customers that the lists of the index may hold in an outdated state. */
  get changed(): ReadonlyMap<number, Candidate> {
    return this.#memory.changed;
  }

  /** Their words, sorted: the index may not have learned them. */
  get learned(): readonly string[] {
    this.#learned ??= [...new Set([...this.changed.values()].flatMap(({ learned }) => learned))].sort();
    return this.#learned;
  }

  /** Something made from the index as it was when the cache began, or later. */
  async remember<T>(name: string, make: () => Promise<T>): Promise<T> {
    const { remembered } = this.#memory;
    const known = remembered.get(name) as T | undefined;
    if (known !== undefined) return known;
    const made = await make();
    this.#remember(name, made);
    return made;
  }

  #remember(name: string, value: unknown): void {
    const { remembered } = this.#memory;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(name, value);
  }

  /** The numbers of customers' last changes; `undefined` for customers it does not know. */
  changeNumberOf(id: number): number | undefined {
    const { recency, changed, changeNumber } = this.#memory;
    return changed.get(id)?.changeNumber ?? recency.changeNumberOf(id, changeNumber);
  }

  /** The customers changed last before a change, the latest first: see `Recency`. */
  before(changeNumber: number, limit: number, isWanted: (id: number) => boolean) {
    const { recency, changeNumber: upTo } = this.#memory;
    return recency.before(this.reading, upTo, changeNumber, limit, isWanted);
  }

  /** Who is in a list. */
  async read(list: List): Promise<Members> {
    return this.#membersOf(await this.#take(list));
  }

  /**
   * Who is in any of the lists. This union is cached in place of its parts; until it is made, the parts are, so that
   * who was refused because reading took too long gets further the next time.
   */
  async readAny(parts: readonly List[]): Promise<Members> {
    const [only] = parts;
    if (only !== undefined && parts.length === 1) return this.read(only);
    const union = unionOf(parts);
    let kept = this.#kept(union);
    if (kept === undefined) {
      const unread = parts.filter((part) => this.#kept(part) === undefined);
      const all: (Int32Array | IdSet)[] = [];
      for (const part of parts) all.push((await this.#take(part)).ids);
      kept = this.#keep(union, joined(union, all, this.last));
      for (const part of unread) this.#forget(part);
    }
    return this.#membersOf(kept);
  }

  /**
   * May so much work be done to avoid reading some lists? The sum of all that was done for them counts: who avoids it
   * often had better read them.
   */
  mayTake(parts: readonly List[], work: number, most: number): boolean {
    const { name } = unionOf(parts);
    if (name === undefined) return work <= most;
    const { remembered } = this.#memory;
    const done = ((remembered.get(`beside ${name}`) as number | undefined) ?? 0) + work;
    if (done > most) return false;
    this.#remember(`beside ${name}`, done);
    return true;
  }

  /** Are they lists of words, and does the index keep the words of each customer? */
  haveWords(parts: readonly List[]): boolean {
    const marks = parts.flatMap((part) => part.marks ?? []);
    const isOfWords = parts.every((part) => part.marks !== undefined);
    return this.reading.index.dialect === 'postgres' && isOfWords && marks.length <= MOST_MARKS;
  }

  /** Who of some customers is in each of the lists, which are of words, by the words of each. */
  async readAmong(parts: readonly List[], ids: Ids): Promise<Members[]> {
    const marks = parts.flatMap((part) => part.marks ?? []);
    const rows = await this.reading.index.all(postgresRows.withMarks, {
      ids: JSON.stringify([...ids]),
      marks: JSON.stringify(marks),
    });
    return parts.map((part) => {
      const those = rows.filter(({ words }) => part.marks?.some((mark) => words.includes(mark)));
      const read = Int32Array.from(those, ({ customerId }) => customerId).sort();
      return this.#asOfNow(part, read);
    });
  }

  async #take(list: List): Promise<Kept> {
    return this.#kept(list) ?? this.#keep(list, keep(list, await list.read(this.reading), this.last));
  }

  #kept({ name }: Named): Kept | undefined {
    const kept = name === undefined ? undefined : this.#memory.lists.get(name);
    if (kept === undefined) return undefined;
    // The most recently used comes last.
    this.#memory.lists.delete(name as string);
    this.#memory.lists.set(name as string, kept);
    return kept;
  }

  #keep({ name }: Named, kept: Kept): Kept {
    if (name === undefined) return kept;
    this.#memory.lists.set(name, kept);
    this.#memories.bytes += kept.bytes;
    return kept;
  }

  #forget({ name = '' }: Named): void {
    this.#memories.bytes -= this.#memory.lists.get(name)?.bytes ?? 0;
    this.#memory.lists.delete(name);
  }

  #membersOf({ list, ids }: Kept): Members {
    return this.#asOfNow(list, ids);
  }

  #asOfNow(list: Named, read: Members['read']): Members {
    const { changed } = this.#memory;
    const come = new Set<number>();
    for (const [id, candidate] of changed) if (list.holds(candidate)) come.add(id);
    return { read, changed, come };
  }
}

/** The change after which a search must examine changed customers itself. */
async function startOf({ records }: Reading, client: ClientState, state: IndexState | undefined): Promise<number> {
  const { changeNumber, customerId, pruned } = client;
  // If every change of a client is kept, no index is as good as an empty one.
  const holds = state === undefined ? (pruned === 0 ? 0 : undefined) : state.changeNumber;
  if (holds === undefined || changeNumber - holds > MOST_BEHIND)
    throw new IndexBehind(state?.madeTo ?? undefined, customerId);
  if (state === undefined) return holds;
  if (state.madeTo !== null) throw new IndexBehind(state.madeTo, customerId);
  if (!(await isUsable(records, state, client))) throw new IndexBehind(0, customerId);
  return holds;
}

function keep(list: Named, ids: Iterable<number>, last: number): Kept {
  const few = Int32Array.from(ids);
  if (few.length * 4 <= bytesOfSet(last)) return { list, ids: few.sort(), bytes: few.length * 4 };
  const set = new IdSet(last);
  set.addAll(few);
  return { list, ids: set, bytes: bytesOfSet(last) };
}

const bytesOfSet = (last: number): number => (last >>> 5) * 4;

/** The union of lists; it has a name if all of them have. */
function unionOf(parts: readonly Named[]): Named {
  const names = parts.map(({ name }) => name);
  return {
    name: names.includes(undefined) ? undefined : names.join('|'),
    holds: (candidate) => parts.some((part) => part.holds(candidate)),
  };
}

/** A union as it is kept, made of its parts. */
function joined(union: Named, parts: readonly (Int32Array | IdSet)[], last: number): Kept {
  const all = new IdSet(last);
  for (const part of parts) all.addAll(part);
  return compact(union, all, last);
}

function compact(list: Named, ids: IdSet, last: number): Kept {
  const bytes = ids.size * 4;
  return bytes <= bytesOfSet(last) ? { list, ids: ids.toArray(), bytes } : { list, ids, bytes: bytesOfSet(last) };
}

/** The list, with changed customers in their current places. */
function rewritten({ list, ids }: Kept, changed: Memory['changed'], last: number): Kept {
  const all = new IdSet(last);
  all.addAll(ids);
  for (const [id, candidate] of changed) {
    if (list.holds(candidate)) all.add(id);
    else all.remove(id);
  }
  return compact(list, all, last);
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
    memory.nameOrder === client.nameOrder &&
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
  return { ...memory, start, lists, remembered: new Map(), changed: rest, changeNumber };
}

async function beginAt(reading: Reading, client: ClientState, start: number): Promise<Memory> {
  const changes = await changesBehind(reading, start, MOST_BEHIND);
  const changed = await lookAt(reading, client, changes);
  const { changeNumber, nameOrder } = client;
  return { start, lists: new Map(), recency: new Recency(), remembered: new Map(), nameOrder, changed, changeNumber };
}

const changesBehind = ({ records }: Reading, changeNumber: number, limit: number) =>
  records.all(changedAfter, { changeNumber, limit });

/** The current state of the changed customers. */
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

/** Evicts the least recently used lists, of the least recently used client. */
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
