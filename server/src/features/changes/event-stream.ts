/** The feed as server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
import { Readable } from 'node:stream';
import { Slices } from '../../slices.ts';
import type { Feed, FeedPage } from './feed.ts';
import type { ChangeRow } from './queries.ts';

/** How much is held at most for a reader that takes nothing. */
const BUFFERED_BYTES = 32 * 1024;
const PAGE_ROWS = 100;
/** How often a comment is sent: proxies and readers take a silent connection for dead. */
const COMMENT_MS = 15_000;
/** A reader that takes nothing for this long is disconnected; it can continue from where it was. */
const SLOW_MS = 20_000;
/** How often each reader is checked: a revoked key works for 5 seconds at most. */
const LOOK_MS = 2000;
/** Readers checked in one turn of the event loop: each takes some 20 µs. */
const LOOKED_AT_ONCE = 16;

export interface EventStreamOptions {
  readonly feed: Feed;
  readonly clientId: number;
  /** The first page, with which the stream begins. */
  readonly first: FeedPage;
  readonly isCompact: boolean;
  present(row: ChangeRow): string;
  /** Rejects if the reader may no longer read. */
  recheck(): Promise<unknown>;
}

const open = new Set<EventStream>();
const looks = new Slices(LOOKED_AT_ONCE);
let looking: NodeJS.Timeout | undefined;

export class EventStream extends Readable {
  readonly #options: EventStreamOptions;
  readonly #unlisten: () => void;
  /** What was read but not sent yet, and how far was read. */
  #rows: readonly ChangeRow[];
  #cursor: number;
  #isBusy = false;
  #hasNews = true;
  #isWanted = false;
  /** When something last went out, or the reader last asked for more. */
  #movedAt = performance.now();

  constructor(options: EventStreamOptions) {
    super({ highWaterMark: BUFFERED_BYTES });
    this.#options = options;
    this.#rows = options.first.rows;
    this.#cursor = options.first.cursor;
    this.#unlisten = options.feed.watch.listen(options.clientId, () => {
      this.#hasNews = true;
      this.#pump();
    });
    open.add(this);
    looking ??= setInterval(() => {
      for (const stream of open) looks.add(stream.#options.clientId, stream.#look);
    }, LOOK_MS).unref();
    options.feed.stopping.addEventListener('abort', this.#end, { once: true });
    // The reader knows at once that it is connected.
    this.push(': connected\n\n');
  }

  override _read(): void {
    this.#isWanted = true;
    this.#movedAt = performance.now();
    this.#goOn();
  }

  /** Queues with the other readers, as long as there is something to send and the reader takes it. */
  #goOn(): void {
    const { feed, clientId } = this.#options;
    const hasMore = this.#rows.length > 0 || this.#hasNews;
    if (this.#isWanted && !this.destroyed && hasMore) feed.watch.turns.add(clientId, this.#pump);
  }

  /** Reads if nothing is at hand, and sends. */
  readonly #pump = async (): Promise<void> => {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      if (this.#rows.length === 0 && this.#hasNews) await this.#read();
      if (this.#isWanted && !this.destroyed && this.#rows.length > 0) this.#send();
    } catch (error) {
      // The reader connects again, and is then told what is wrong.
      this.destroy(error as Error);
    } finally {
      this.#isBusy = false;
    }
    this.#goOn();
  };

  async #read(): Promise<void> {
    const { feed, clientId, isCompact } = this.#options;
    this.#hasNews = false;
    const page = await feed.page(clientId, this.#cursor, PAGE_ROWS, isCompact);
    this.#rows = page.rows;
    this.#cursor = page.cursor;
    if (page.hasMore) this.#hasNews = true;
  }

  /** Sends as many changes as the reader takes. */
  #send(): void {
    let sent = 0;
    while (this.#isWanted && sent < this.#rows.length) {
      const row = this.#rows[sent] as ChangeRow;
      this.#isWanted = this.push(`id: ${row.number}\ndata: ${this.#options.present(row)}\n\n`);
      sent += 1;
    }
    this.#rows = this.#rows.slice(sent);
    this.#movedAt = performance.now();
  }

  readonly #look = (): void => {
    const quietMs = performance.now() - this.#movedAt;
    if (!this.#isWanted && quietMs > SLOW_MS) {
      this.destroy();
      return;
    }
    this.#options.recheck().catch(() => this.destroy());
    if (this.#isWanted && quietMs > COMMENT_MS - LOOK_MS) {
      this.#movedAt = performance.now();
      this.#isWanted = this.push(': still here\n\n');
    }
  };

  readonly #end = (): void => {
    this.push(null);
    this.#isWanted = false;
  };

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#unlisten();
    const { feed, clientId } = this.#options;
    feed.watch.turns.remove(clientId, this.#pump);
    looks.remove(clientId, this.#look);
    feed.stopping.removeEventListener('abort', this.#end);
    open.delete(this);
    if (open.size === 0) {
      clearInterval(looking);
      looking = undefined;
    }
    callback(error);
  }
}
