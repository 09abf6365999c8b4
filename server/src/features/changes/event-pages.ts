/** Pages of changes as server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Feed, FeedPage } from './feed.ts';
import type { ChangeRow } from './queries.ts';
import { presentChange } from './rules.ts';

const PAGE_ROWS = 100;
/** How long a page is kept for the next reader. */
const KEPT_MS = 250;

export interface EventPage {
  /** The events of all its changes, in UTF-8. */
  readonly text: Buffer;
  /** Everything up to this change is in it or before it. */
  readonly cursor: number;
  readonly hasMore: boolean;
}

/** What a stream of events is of. */
export interface EventSource {
  readonly clientId: number;
  readonly timeZone: string;
  readonly isCompact: boolean;
}

/** Reads each page once for all readers that ask for it within a moment: there may be thousands of them. */
export class EventPages {
  readonly #feed: Feed;
  readonly #kept = new Map<string, Promise<EventPage>>();

  constructor(feed: Feed) {
    this.#feed = feed;
  }

  /** The changes after one that the reader was told of. Rejects with `LostPlace` if they are no longer kept. */
  async after(source: EventSource, cursor: number): Promise<EventPage> {
    const { clientId, timeZone, isCompact } = source;
    const name = `${clientId} ${cursor} ${isCompact} ${timeZone}`;
    for (;;) {
      const kept = this.#kept.get(name);
      if (kept === undefined) return this.#read(name, source, cursor);
      const page = await kept;
      // The end of the feed may have moved since it was read.
      if (page.hasMore || this.#feed.watch.isLast(clientId, page.cursor)) return page;
      this.#forget(name, kept);
    }
  }

  #read(name: string, source: EventSource, cursor: number): Promise<EventPage> {
    const { clientId, isCompact } = source;
    // Readers that are at different places meet at the end of a page, and share the next one.
    const limit = PAGE_ROWS - (cursor % PAGE_ROWS);
    const reading = this.#feed.page(clientId, cursor, limit, isCompact).then((page) => eventsOf(page, source));
    this.#kept.set(name, reading);
    const forget = () => this.#forget(name, reading);
    reading.then(() => sleep(KEPT_MS, undefined, { ref: false })).then(forget, forget);
    return reading;
  }

  #forget(name: string, reading: Promise<EventPage>): void {
    if (this.#kept.get(name) === reading) this.#kept.delete(name);
  }
}

export function eventsOf({ rows, cursor, hasMore }: FeedPage, { timeZone }: EventSource): EventPage {
  const event = (row: ChangeRow) => `id: ${row.number}\ndata: ${presentChange(row, timeZone)}\n\n`;
  return { text: Buffer.from(rows.map(event).join('')), cursor, hasMore };
}
