/** Tells who waits for the changes of a client that there are some. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Store } from '../../db/store.ts';
import { lastChanges } from './queries.ts';

/**
 * What this process commits it hears of at once; what others commit it sees by asking. Not by PostgreSQL's `notify`: that lets
 * all commits wait for each other, and its counterpart needs a session, which a pooler does not give.
 */
const ASK_SHARED_MS = 25;
/** On SQLite the only others are the `foyer` command. */
const ASK_ALONE_MS = 250;

/** Told in one turn of the event loop: each reads and sends some 60 µs, in which no request is answered. */
const TOLD_AT_ONCE = 32;

type Hear = () => void;

export class ChangeWatch {
  readonly #store: Store;
  readonly #listeners = new Map<number, Set<Hear>>();
  /** The last change that was told of, by client. */
  readonly #known = new Map<number, number>();
  /** Who is yet to be told, by client: the clients take turns. */
  readonly #untold = new Map<number, Set<Hear>>();
  #isTelling = false;
  readonly #timer: NodeJS.Timeout;
  #isAsking = false;

  constructor(store: Store) {
    this.#store = store;
    store.onCommit((clientId, changeNumber) => this.#tell(clientId, changeNumber));
    this.#timer = setInterval(() => this.#ask(), store.isShared ? ASK_SHARED_MS : ASK_ALONE_MS);
  }

  /**
   * Calls a function whenever a client may have new changes, until the function that this gives is called. Whoever listens
   * first and then reads misses nothing.
   */
  listen(clientId: number, hear: Hear): () => void {
    let ofClient = this.#listeners.get(clientId);
    if (ofClient === undefined) {
      ofClient = new Set();
      this.#listeners.set(clientId, ofClient);
    }
    ofClient.add(hear);
    return () => {
      ofClient.delete(hear);
      this.#untold.get(clientId)?.delete(hear);
      if (ofClient.size > 0 || this.#listeners.get(clientId) !== ofClient) return;
      this.#listeners.delete(clientId);
      this.#known.delete(clientId);
    };
  }

  #tell(clientId: number, changeNumber: number): void {
    const ofClient = this.#listeners.get(clientId);
    if (ofClient === undefined || (this.#known.get(clientId) ?? -1) >= changeNumber) return;
    this.#known.set(clientId, changeNumber);
    this.#untold.set(clientId, new Set([...(this.#untold.get(clientId) ?? []), ...ofClient]));
    if (!this.#isTelling) this.#tellAll();
  }

  /** Some at a time, so that thousands of readers hold no request up. */
  async #tellAll(): Promise<void> {
    this.#isTelling = true;
    for (let next = this.#untold.entries().next(); !next.done; next = this.#untold.entries().next()) {
      const [clientId, hears] = next.value;
      this.#untold.delete(clientId);
      for (const hear of [...hears].slice(0, TOLD_AT_ONCE)) {
        hears.delete(hear);
        hear();
      }
      if (hears.size > 0) this.#untold.set(clientId, hears);
      await turn();
    }
    this.#isTelling = false;
  }

  async #ask(): Promise<void> {
    if (this.#isAsking || this.#listeners.size === 0) return;
    this.#isAsking = true;
    const clientIds = JSON.stringify([...this.#listeners.keys()]);
    try {
      const rows = await this.#store.readInstallation((tx) => tx.all(lastChanges, { clientIds }));
      for (const { clientId, last } of rows) this.#tell(clientId, last);
    } catch {
      // The database does not answer: it is asked again soon, and requests tell the operator.
    } finally {
      this.#isAsking = false;
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
