/**
 * Keeps the index of the search up to date, beside the requests: it takes in changed customers, one client after
 * another, and checks now and then for clients of which it was not notified.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Background } from '../../background.ts';
import type { Store } from '../../db/store.ts';
import { Unavailable } from '../../db/unavailable.ts';
import { RULES } from './document.ts';
import { MOST_IN_RUN } from './pages/run.ts';
import { allIndexStates, type ClientWithChanges, clientsWithChanges, type IndexState } from './queries.ts';
import { type Progress, takeIn } from './take-in.ts';

/** How long changes are collected: a search looks itself at those that are not in the index yet. */
const GATHER_MS = 100;
/**
 * On PostgreSQL, where changes of a client pour in, so many in that time, they are collected for longer, unless
 * somebody searches it: thousands that are taken in together cost a third (see pages/run.ts).
 */
const POURING = 200;
const LONGEST_GATHER_MS = 1000;
const SEARCHED_MS = 10_000;
/** How often to look for what another process wrote but did not live to take in. */
const LOOK_MS = 10_000;
const TELL_MS = 5000;
/** The pause after a failure, or while another process works on the same index. */
const PAUSE_MS = 200;

/** Called with the progress of an index that is being made from all customers, and with failures. */
export interface IndexObserver {
  progress(client: string, made: number, of: number): void;
  done(client: string, customers: number): void;
  failed(client: string, error: unknown): void;
}

/** A search that waits for the changes of a client to be in the index. */
type Waiter = () => void;

/** A client with changes to take in. */
interface Behind {
  readonly waiters: Waiter[];
  /** The last change before them, and the last of them, as far as this process heard. */
  first: number | undefined;
  last: number | undefined;
}

export class Indexer {
  readonly #store: Store;
  readonly #observer: IndexObserver;
  /** In the order of their turns. */
  #behind = new Map<number, Behind>();
  readonly #names = new Map<number, string>();
  /** When the progress was last reported. */
  readonly #toldAt = new Map<number, number>();
  readonly #searchedAt = new Map<number, number>();
  /** The last change of each client when it was last taken in. */
  readonly #takenTo = new Map<number, number>();
  /** Resolves when there is something to do, and when somebody waits for it. */
  #wake = Promise.withResolvers<void>();
  #hurry = Promise.withResolvers<void>();

  constructor(store: Store, observer: IndexObserver) {
    this.#store = store;
    this.#observer = observer;
    store.onCommit((clientId, changeNumber) => this.#add(clientId, [], changeNumber));
  }

  start(background: Background): void {
    const stop = () => {
      this.#wake.resolve();
      this.#hurry.resolve();
    };
    background.stopping.addEventListener('abort', stop, { once: true });
    background.run(async () => {
      await this.#wake.promise;
      if (!background.stopping.aborted) await this.#turn();
      return true;
    });
    background.every(LOOK_MS, () =>
      background.run(async () => {
        await this.#look();
        return false;
      }),
    );
  }

  /** Resolves when all changes of a client so far are in the index, or the time is over. */
  async catchUp(clientId: number, ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const over = setTimeout(resolve, ms);
    this.#add(clientId, [resolve]);
    await promise;
    clearTimeout(over);
  }

  /** Notes that somebody searches a client. */
  searched(clientId: number): void {
    this.#searchedAt.set(clientId, performance.now());
  }

  #add(clientId: number, waiters: readonly Waiter[], changeNumber?: number): void {
    const known = this.#behind.get(clientId);
    const behind = known ?? { waiters: [], first: this.#takenTo.get(clientId), last: undefined };
    behind.waiters.push(...waiters);
    behind.first ??= changeNumber;
    behind.last = changeNumber ?? behind.last;
    if (known === undefined) this.#behind.set(clientId, behind);
    this.#wake.resolve();
    if (waiters.length > 0) this.#hurry.resolve();
  }

  /** Takes one batch of each client that is behind. */
  async #turn(): Promise<void> {
    await this.#gather();
    const clients = this.#behind;
    this.#behind = new Map();
    this.#wake = Promise.withResolvers();
    this.#hurry = Promise.withResolvers();
    for (const [clientId, { waiters, last }] of clients) {
      if (last !== undefined) this.#takenTo.set(clientId, last);
      await this.#take(clientId, waiters);
    }
  }

  async #gather(): Promise<void> {
    const hurry = this.#hurry.promise.then(() => true);
    let gathered = 0;
    for (let waited = 0; waited < LONGEST_GATHER_MS; waited += GATHER_MS) {
      if (await Promise.race([hurry, sleep(GATHER_MS, false, { ref: false })])) return;
      const now = this.#store.dialect === 'postgres' ? this.#mostGathered() : 0;
      if (now - gathered < POURING || now >= MOST_IN_RUN) return;
      gathered = now;
    }
  }

  /** The most changes of a client that nobody searches. */
  #mostGathered(): number {
    let most = 0;
    for (const [clientId, { first = 0, last = 0 }] of this.#behind) {
      const searchedAt = this.#searchedAt.get(clientId) ?? Number.NEGATIVE_INFINITY;
      if (performance.now() - searchedAt > SEARCHED_MS) most = Math.max(most, last - first);
    }
    return most;
  }

  async #take(clientId: number, waiters: readonly Waiter[]): Promise<void> {
    try {
      const progress: Progress = JSON.parse(await this.#store.index(clientId, takeIn, {}));
      this.#tell(clientId, progress);
      if (progress.isLocked) await sleep(PAUSE_MS, undefined, { ref: false });
      if (progress.isLocked || progress.isBehind) return this.#add(clientId, waiters.length > 0 ? waiters : [() => {}]);
    } catch (error) {
      // The next look finds it again: a failure for one client must not cost another its turn.
      this.#observer.failed(this.#nameOf(clientId), error);
      if (error instanceof Unavailable) await sleep(PAUSE_MS, undefined, { ref: false });
    }
    for (const done of waiters) done();
  }

  #nameOf(clientId: number): string {
    return this.#names.get(clientId) ?? String(clientId);
  }

  #tell(clientId: number, { made, of }: Progress): void {
    const toldAt = this.#toldAt.get(clientId);
    if (made === undefined) {
      if (this.#toldAt.delete(clientId)) this.#observer.done(this.#nameOf(clientId), of);
    } else if (toldAt === undefined || performance.now() - toldAt > TELL_MS) {
      this.#toldAt.set(clientId, performance.now());
      this.#observer.progress(this.#nameOf(clientId), made, of);
    }
  }

  async #look(): Promise<void> {
    const clients = await this.#store.readInstallation((tx) => tx.all(clientsWithChanges, {}));
    for (const { clientId } of await clientsBehind(this.#store, clients)) this.#add(clientId, []);
    for (const { clientId, name } of clients) this.#names.set(clientId, name);
  }
}

/** The state of the index of each client that has one. */
export async function indexStates(store: Store): Promise<readonly (IndexState & { clientId: number })[]> {
  return (await store.readIndex((tx) => tx.all(allIndexStates, {}))) ?? [];
}

/** The clients whose index is not made, or does not hold all changes. */
export async function clientsBehind(
  store: Store,
  clients: readonly ClientWithChanges[],
): Promise<readonly ClientWithChanges[]> {
  const states = await indexStates(store);
  const stateOf = new Map(states.map((state) => [state.clientId, state]));
  return clients.filter((client) => {
    const state = stateOf.get(client.clientId);
    if (state === undefined) return client.changeNumber > 0;
    const isMade = state.madeTo === null && state.rules === RULES && state.nameOrder === client.nameOrder;
    return !isMade || state.changeNumber !== client.changeNumber;
  });
}
