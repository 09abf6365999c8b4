import type { Change } from '@foyer/sdk';
import { ask, inSession, queries, sessionApi } from '../../api.ts';

/** Changes that come together are shown together. */
const GATHER_MS = 150;
/** A short break is not worth a message. */
const LOST_AFTER_MS = 2000;
const AGAIN_AFTER_MS = 3000;

interface Handlers {
  readonly onChanges: (changes: readonly Change[]) => void;
  readonly onConnected: (isConnected: boolean) => void;
}

/**
 * The feed as server-sent events. It pauses while the tab is hidden, since a browser has six connections to a server
 * and many tabs; then it continues from where it was, so nothing is missed.
 */
export class Stream {
  readonly #client: string;
  readonly #handlers: Handlers;
  #isClosed = false;
  #source: EventSource | undefined;
  /** The cursor of the feed after the last change that was received. */
  #after: string | undefined;
  #gathered: Change[] = [];
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #losing: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(client: string, handlers: Handlers) {
    this.#client = client;
    this.#handlers = handlers;
    document.addEventListener('visibilitychange', this.#onVisibility);
    this.#onVisibility();
  }

  close(): void {
    this.#isClosed = true;
    document.removeEventListener('visibilitychange', this.#onVisibility);
    for (const timer of [this.#gathering, this.#losing, this.#again]) clearTimeout(timer);
    this.#source?.close();
  }

  readonly #onVisibility = (): void => {
    clearTimeout(this.#again);
    if (document.visibilityState === 'visible') void this.#open();
    else this.#source?.close();
  };

  async #open(): Promise<void> {
    this.#source?.close();
    try {
      this.#after ??= (await ask(this.#client, ({ changes }) => changes.list({ after: 'now', limit: 1 }))).cursor;
    } catch {
      this.#lose();
      return;
    }
    if (this.#isClosed) return;
    const source = new EventSource(`/v1/${this.#client}/peppered/change?after=${this.#after}`);
    this.#source = source;
    source.onopen = () => this.#found();
    source.onmessage = (event) => this.#hear(event);
    source.onerror = () => this.#lose();
  }

  /** The browser reconnects by itself, or it has given up. */
  #lose(): void {
    this.#losing ??= setTimeout(() => this.#handlers.onConnected(false), LOST_AFTER_MS);
    if (this.#source?.readyState !== EventSource.CONNECTING) {
      clearTimeout(this.#again);
      this.#again = setTimeout(() => void this.#tryAgain(), AGAIN_AFTER_MS);
    }
  }

  #found(): void {
    clearTimeout(this.#losing);
    this.#losing = undefined;
    this.#handlers.onConnected(true);
  }

  #hear(event: MessageEvent<string>): void {
    this.#after = event.lastEventId;
    this.#gathered.push(JSON.parse(event.data) as Change);
    this.#gathering ??= setTimeout(() => {
      const changes = this.#gathered;
      this.#gathered = [];
      this.#gathering = undefined;
      this.#handlers.onChanges(changes);
    }, GATHER_MS);
  }

  /**
   * The browser gave up: the session may have ended, or the changes after the cursor are gone. Everything is read
   * again, and followed from now on.
   */
  async #tryAgain(): Promise<void> {
    await inSession(() => sessionApi.get()).catch(() => undefined);
    if (this.#isClosed || document.visibilityState !== 'visible') return;
    this.#after = undefined;
    await this.#open();
    void queries.invalidateQueries();
  }
}
