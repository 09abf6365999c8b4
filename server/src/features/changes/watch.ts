/** Notifies those who wait for the changes of a client. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Store } from '../../db/store.ts';
import { Slices } from '../../slices.ts';
import { lastChanges } from './queries.ts';

/**
 * A process hears of its own commits at once, and asks for those of others. Not by PostgreSQL's `notify`: that makes
 * all commits wait for each other, and `listen` needs a session, which a pooler does not give.
 */
const ASK_SHARED_MS = 25;
/** On SQLite the only others are the `foyer` command. */
const ASK_ALONE_MS = 250;

/**
 * The share of the time that asking may take: on a cluster, where the question goes to all nodes, it is asked less
 * often.
 */
const ASK_SHARE = 0.1;

/** Readers served in one turn of the event loop: each takes 60 to 150 µs. */
const SERVED_AT_ONCE = 4;
/** What a crowd of readers may take of the thread. */
const SERVING_SHARE = 0.15;

type Hear = () => void;

interface Listeners {
  readonly all: Set<Hear>;
  /** Those who are to be told of the next change: the others wait for their turn already, and will read it then. */
  readonly untold: Set<Hear>;
  /** When they were last told, by the clock of the process. */
  toldAt: number;
}

export class ChangeWatch {
  readonly #store: Store;
  readonly #listeners = new Map<number, Listeners>();
  /** The last change that was announced, by client. */
  readonly #known = new Map<number, number>();
  /** Serves readers, some at a time: thousands of them must not delay a request. */
  readonly turns = new Slices(SERVED_AT_ONCE, SERVING_SHARE);
  readonly #askMs: number;
  /** Runs from the first listener on: a start that fails later leaves nothing running. */
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(store: Store) {
    this.#store = store;
    store.onCommit((clientId, changeNumber) => this.#tell(clientId, changeNumber));
    this.#askMs = store.isShared ? ASK_SHARED_MS : ASK_ALONE_MS;
  }

  /**
   * Calls a function whenever a client may have new changes, until the returned function is called. A caller who
   * listens first and then reads misses nothing.
   */
  listen(clientId: number, listener: Hear): () => void {
    if (!this.#isStopped) this.#timer ??= setTimeout(() => this.#ask(), this.#askMs);
    let ofClient = this.#listeners.get(clientId);
    if (ofClient === undefined) {
      ofClient = { all: new Set(), untold: new Set(), toldAt: Number.NEGATIVE_INFINITY };
      this.#listeners.set(clientId, ofClient);
    }
    const { all, untold } = ofClient;
    // What the listener does is its own work, not that of the request whose commit woke it.
    const hear = AsyncLocalStorage.bind(() => {
      untold.add(hear);
      listener();
    });
    all.add(hear);
    untold.add(hear);
    return () => {
      all.delete(hear);
      untold.delete(hear);
      this.turns.remove(clientId, hear);
      if (all.size > 0 || this.#listeners.get(clientId)?.all !== all) return;
      this.#listeners.delete(clientId);
      this.#known.delete(clientId);
    };
  }

  /** When the listeners of a client were last told of a change, by the clock of the process. */
  toldAt(clientId: number): number {
    return this.#listeners.get(clientId)?.toldAt ?? Number.NEGATIVE_INFINITY;
  }

  #tell(clientId: number, changeNumber: number): void {
    const ofClient = this.#listeners.get(clientId);
    if (ofClient === undefined || (this.#known.get(clientId) ?? -1) >= changeNumber) return;
    this.#known.set(clientId, changeNumber);
    ofClient.toldAt = performance.now();
    const told = [...ofClient.untold];
    ofClient.untold.clear();
    for (const hear of told) this.turns.add(clientId, hear);
  }

  async #ask(): Promise<void> {
    const began = performance.now();
    if (this.#listeners.size > 0) await this.#askOthers();
    if (this.#isStopped) return;
    const took = performance.now() - began;
    this.#timer = setTimeout(() => this.#ask(), Math.max(this.#askMs - took, took / ASK_SHARE - took));
  }

  async #askOthers(): Promise<void> {
    const clientIds = JSON.stringify([...this.#listeners.keys()]);
    try {
      const rows = await this.#store.readInstallation((tx) => tx.all(lastChanges, { clientIds }));
      for (const { clientId, last } of rows) this.#tell(clientId, last);
    } catch {
      // The database does not answer: it is asked again soon, and failing requests tell the operator.
    }
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }
}
