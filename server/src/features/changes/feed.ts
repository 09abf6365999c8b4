/** Reads the changes of a client in order. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Store } from '../../db/store.ts';
import { type Loss, LostPlace } from '../../refusals.ts';
import { type ChangeRow, changesBehind, feedEnds, firstBehind, lastChangesBehind, placeInFeed } from './queries.ts';
import { type From, lossAt } from './rules.ts';
import { ChangeWatch } from './watch.ts';

/** How many rows are read at a time, for a few milliseconds in which other requests wait. */
const READ_ROWS = 100;

export interface FeedPage {
  readonly rows: readonly ChangeRow[];
  /** Everything up to this change has been returned. */
  readonly cursor: number;
  readonly hasMore: boolean;
  /** It was read after this moment, by the clock of the process. */
  readonly readFrom: number;
}

export class Feed {
  readonly watch: ChangeWatch;
  readonly #store: Store;
  readonly #stop = new AbortController();
  /** Reads that began in this turn of the event loop: a caller who asks for the same in the same turn shares one. */
  #reading = new Map<string, Promise<FeedPage | Loss>>();

  constructor(store: Store) {
    this.#store = store;
    this.watch = new ChangeWatch(store);
  }

  /** Aborted when the service stops: nobody should be kept waiting. */
  get stopping(): AbortSignal {
    return this.#stop.signal;
  }

  stop(): void {
    this.#stop.abort();
    this.watch.stop();
  }

  /** The number from which a feed begins. */
  async begin(clientId: number, from: From): Promise<number> {
    if (typeof from === 'number') return from;
    const ends = await this.#store.read(clientId, (tx) => tx.get(feedEnds, {}));
    if (ends === undefined) throw new Error('There is no such client');
    return from === 'now' ? ends.last : ends.pruned;
  }

  /** The changes after one, some hundreds at a time. Rejects with `LostPlace` if they are no longer kept. */
  async page(clientId: number, after: number, limit: number, isCompact = false): Promise<FeedPage> {
    const page = await this.#page(clientId, after, limit, isCompact);
    if (typeof page === 'string') throw new LostPlace(page);
    return page;
  }

  /** The same, but from the first change that is kept if those after the given one no longer are. */
  async pageOrRest(clientId: number, after: number, limit: number, isCompact = false): Promise<FeedPage> {
    let place = after;
    for (;;) {
      const page = await this.#page(clientId, place, limit, isCompact);
      if (typeof page !== 'string') return page;
      place = await this.begin(clientId, 'start');
    }
  }

  async #page(clientId: number, after: number, limit: number, isCompact: boolean): Promise<FeedPage | Loss> {
    const rows: ChangeRow[] = [];
    let readFrom: number | undefined;
    for (;;) {
      const place = rows.at(-1)?.number ?? after;
      const wanted = Math.min(READ_ROWS, limit - rows.length);
      const page = await this.#share(clientId, place, wanted, isCompact);
      if (typeof page === 'string') return page;
      rows.push(...page.rows);
      readFrom ??= page.readFrom;
      if (!page.hasMore || rows.length >= limit) return { ...page, rows, readFrom };
      // Requests that arrived meanwhile go first.
      await turn();
    }
  }

  #share(clientId: number, after: number, limit: number, isCompact: boolean): Promise<FeedPage | Loss> {
    const name = `${clientId} ${after} ${limit} ${isCompact}`;
    let reading = this.#reading.get(name);
    if (reading === undefined) {
      if (this.#reading.size === 0) setImmediate(() => this.#reading.clear());
      reading = this.#read(clientId, after, limit, isCompact);
      this.#reading.set(name, reading);
    }
    return reading;
  }

  #read(clientId: number, after: number, limit: number, isCompact: boolean): Promise<FeedPage | Loss> {
    const readFrom = performance.now();
    return this.#store.read(clientId, async (tx) => {
      const asked = { after, limit: limit + 1 };
      let rows: ChangeRow[];
      if (isCompact) {
        const first = await tx.get(firstBehind, { after });
        rows = first === undefined ? [] : await tx.all(lastChangesBehind, { ...asked, ...first });
      } else rows = await tx.all(changesBehind, asked);
      // Checked after reading the rows: changes that are pruned meanwhile must not be skipped silently.
      const place = await tx.get(placeInFeed, { after });
      const loss = place && lossAt(after, place);
      if (loss !== undefined) return loss;
      const hasMore = rows.length > limit;
      if (hasMore) rows.pop();
      return { rows, cursor: rows.at(-1)?.number ?? after, hasMore, readFrom };
    });
  }

  /** Resolves when a client may have changes that `read` did not see, or when the signal is aborted. */
  async waitFor<T extends { rows: readonly unknown[] }>(
    clientId: number,
    read: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    let wake: () => void = () => {};
    const unlisten = this.watch.listen(clientId, () => wake());
    const over = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    try {
      for (;;) {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const page = await read();
        if (page.rows.length > 0 || signal.aborted) return page;
        await Promise.race([woken, over]);
      }
    } finally {
      unlisten();
    }
  }
}
