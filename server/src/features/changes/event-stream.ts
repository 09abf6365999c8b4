/** A reader of the feed by server-sent events. */
import { Readable } from 'node:stream';
import { Slices } from '../../slices.ts';
import type { EventPage, EventPages, EventSource } from './event-pages.ts';
import type { Feed } from './feed.ts';

/** A reader that has not taken this much is given no further page. */
const BUFFERED_BYTES = 32 * 1024;
/** How often a comment is sent: proxies and readers take a silent connection for dead. */
const COMMENT_MS = 15_000;
/** A reader that takes nothing for this long is disconnected; it can continue from where it was. */
const SLOW_MS = 20_000;
/** How often each reader is checked: a revoked key works for 5 seconds at most. */
const LOOK_MS = 2000;
/** Readers checked in one turn of the event loop: each takes some 20 µs. */
const LOOKED_AT_ONCE = 16;
/** What that may take of the thread: all must be checked in time. */
const LOOKING_SHARE = 0.5;

export interface EventStreamOptions extends EventSource {
  readonly feed: Feed;
  readonly pages: EventPages;
  /** With which the stream begins. */
  readonly first: EventPage;
  /** Rejects if the reader may no longer read. */
  recheck(): Promise<unknown>;
}

const open = new Set<EventStream>();
const looks = new Slices(LOOKED_AT_ONCE, LOOKING_SHARE);
let looking: NodeJS.Timeout | undefined;

export class EventStream extends Readable {
  readonly #options: Omit<EventStreamOptions, 'first'>;
  readonly #unlisten: () => void;
  /** How far was read, and when. */
  #place: Omit<EventPage, 'text'>;
  /** What was read and not sent yet. */
  #unsent: Buffer | undefined;
  #isBusy = false;
  #hasNews = true;
  #isWanted = false;
  /** When something last went out, or the reader last asked for more. */
  #movedAt = performance.now();

  constructor({ first, ...options }: EventStreamOptions) {
    super({ highWaterMark: BUFFERED_BYTES });
    this.#options = options;
    ({ text: this.#unsent, ...this.#place } = first);
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
    const hasMore = this.#unsent !== undefined || this.#hasNews;
    if (this.#isWanted && !this.destroyed && hasMore) feed.watch.turns.add(clientId, this.#pump);
  }

  /**
   * Sends what is at hand, or reads it and queues again: many readers get one page at the same moment, and must not all
   * be sent to at once.
   */
  readonly #pump = async (): Promise<void> => {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      if (this.#unsent === undefined && this.#hasNews) await this.#read();
      else if (this.#isWanted && !this.destroyed) this.#send();
    } catch (error) {
      // The reader connects again, and is then told what is wrong.
      this.destroy(error as Error);
    } finally {
      this.#isBusy = false;
    }
    this.#goOn();
  };

  async #read(): Promise<void> {
    this.#hasNews = false;
    const { text, ...place } = await this.#options.pages.behind(this.#options, this.#place);
    if (text.length > 0) this.#unsent = text;
    this.#place = place;
    if (place.hasMore) this.#hasNews = true;
  }

  #send(): void {
    const text = this.#unsent;
    this.#unsent = undefined;
    if (text === undefined || text.length === 0) return;
    this.#isWanted = this.push(text);
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
