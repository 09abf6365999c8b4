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
  /** Between these two moments it was read, by the clock of the process. */
  readonly readFrom: number;
  readonly readTo: number;
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

  /**
   * What follows a page, for a reader who was told that there is more. Rejects with `LostPlace` if that is no longer
   * kept.
   */
  async behind(source: EventSource, { cursor, readTo }: Omit<EventPage, 'text'>): Promise<EventPage> {
    const { clientId, timeZone, isCompact } = source;
    const name = `${clientId} ${cursor} ${isCompact} ${timeZone}`;
    for (;;) {
      const kept = this.#kept.get(name);
      if (kept === undefined) return this.#read(name, source, cursor);
      const page = await kept;
      // The end of the feed may have moved since it was read.
      const isWhole = page.hasMore || page.readFrom >= this.#feed.watch.toldAt(clientId);
      // Changes hold the customer as it is when they are read: for no reader may it go back in time.
      if (isWhole && page.readFrom >= readTo) return page;
      this.#forget(name, kept);
    }
  }

  #read(name: string, source: EventSource, cursor: number): Promise<EventPage> {
    // Readers that are at different places mostly meet at the end of a page, and share the next one.
    const limit = PAGE_ROWS - (cursor % PAGE_ROWS);
    const { clientId, isCompact } = source;
    const reading = readEvents(source, () => this.#feed.page(clientId, cursor, limit, isCompact));
    this.#kept.set(name, reading);
    const forget = () => this.#forget(name, reading);
    reading.then(() => sleep(KEPT_MS, undefined, { ref: false })).then(forget, forget);
    return reading;
  }

  #forget(name: string, reading: Promise<EventPage>): void {
    if (this.#kept.get(name) === reading) this.#kept.delete(name);
  }
}

/** Reads a page, and presents it as events. */
export async function readEvents(
  { timeZone }: Pick<EventSource, 'timeZone'>,
  read: () => Promise<FeedPage>,
): Promise<EventPage> {
  const { rows, cursor, hasMore, readFrom } = await read();
  const event = (row: ChangeRow) => `id: ${row.number}\ndata: ${presentChange(row, timeZone)}\n\n`;
  return { text: Buffer.from(rows.map(event).join('')), cursor, hasMore, readFrom, readTo: performance.now() };
}
