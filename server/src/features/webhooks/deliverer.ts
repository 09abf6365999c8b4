/**
 * One webhook at work: it posts the changes behind its cursor, one delivery after another, and pauses when one fails.
 */
import type { Feed } from '../changes/feed.ts';
import type { ChangeRow } from '../changes/queries.ts';
import type { WebhookRow } from './queries.ts';
import { afterAttempt, messageOf, type Origin, secretsOf, wants } from './rules.ts';
import type { Sender } from './send.ts';
import type { Made } from './writes.ts';

/** How many changes are read at a time, to find those that it wants. */
const LOOK_ROWS = 100;

export interface DelivererOptions {
  readonly feed: Feed;
  readonly sender: Sender;
  readonly origin: Origin;
  /** Nothing is sent before it resolves. */
  readonly after: Promise<void> | undefined;
  /** May this process still deliver? */
  isHolder(): boolean;
  /** Called when there is something to record. */
  onProgress(): void;
  onError(error: unknown): void;
}

export class Deliverer {
  readonly #options: DelivererOptions;
  #row: WebhookRow;
  #made: Made[] = [];
  #isDirty = false;
  #isBusy = false;
  #running: Promise<void> = Promise.resolve();
  #hasNews = true;
  #isOver = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(row: WebhookRow, options: DelivererOptions) {
    this.#row = row;
    this.#options = options;
  }

  get revision(): number {
    return this.#row.revision;
  }

  /** There may be changes. */
  wake(): void {
    this.#hasNews = true;
    this.#begin();
  }

  /** Sends nothing more; resolves when the current delivery has been answered. */
  async end(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#retry);
    await this.#running;
  }

  get hasProgress(): boolean {
    return this.#isDirty;
  }

  /** Returns what is not recorded yet, and treats it as recorded. */
  takeProgress(): { row: WebhookRow; made: readonly Made[] } | undefined {
    if (!this.#isDirty) return undefined;
    const progress = { row: this.#row, made: this.#made };
    this.#made = [];
    this.#isDirty = false;
    return progress;
  }

  /** Takes back what could not be recorded. */
  putBack(made: readonly Made[]): void {
    this.#made.unshift(...made);
    this.#isDirty = true;
  }

  #begin(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    try {
      await this.#options.after;
      while (this.#hasNews && this.#mayRun()) await this.#step();
    } catch (error) {
      // Usually the database failed: the next wake tries again.
      this.#options.onError(error);
      this.#hasNews = true;
    } finally {
      this.#isBusy = false;
    }
  }

  #mayRun(): boolean {
    if (this.#isOver || this.#row.state === 'disabled' || !this.#options.isHolder()) return false;
    const pause = (this.#row.nextAttemptAt ?? 0) - Date.now();
    if (pause <= 0) return true;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#begin(), Math.min(pause, 2 ** 31 - 1)).unref();
    return false;
  }

  async #step(): Promise<void> {
    const { feed, origin } = this.#options;
    const { batch, changeNumber, pendingNumber } = this.#row;
    this.#hasNews = false;
    const page = await feed.pageOrRest(origin.clientId, changeNumber, LOOK_ROWS);
    if (page.hasMore) this.#hasNews = true;
    // A failed delivery is sent again as it was, so that it has the same id.
    const rows = pendingNumber === null ? page.rows : page.rows.filter(({ number }) => number <= pendingNumber);
    const wanted = rows.filter(wants(this.#row)).slice(0, batch);
    const last = wanted.at(-1);
    if (last === undefined || this.#isOver) return this.#pass(page.cursor, pendingNumber);
    if (last.number < page.cursor) this.#hasNews = true;
    await this.#deliver(wanted, last.number);
  }

  /** Moves on past a change: nothing up to it is for this webhook, or the failed changes are no longer kept. */
  #pass(cursor: number, pendingNumber: number | null): void {
    const upTo = pendingNumber ?? cursor;
    if (upTo === this.#row.changeNumber || this.#isOver) return;
    if (pendingNumber !== null) this.#hasNews = true;
    this.#row = { ...this.#row, changeNumber: upTo, pendingNumber: null };
    this.#progress();
  }

  async #deliver(changes: readonly ChangeRow[], upTo: number): Promise<void> {
    const { id, ...message } = messageOf(this.#row, this.#options.origin, changes);
    const secrets = secretsOf(this.#row, Date.now());
    const attempt = await this.#options.sender.send({ id, url: this.#row.url, secrets, ...message });
    // Aborted because the service stops, not by the receiver.
    if (attempt.status === null && !this.#options.isHolder()) return;
    this.#made.push({ messageId: id, isTest: false, attempt });
    this.#row = afterAttempt(this.#row, attempt, upTo, Math.random());
    if (this.#row.failures > 0) this.#hasNews = true;
    this.#progress();
  }

  #progress(): void {
    this.#isDirty = true;
    this.#options.onProgress();
  }
}
