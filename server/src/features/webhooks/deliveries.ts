/**
 * Delivers the webhooks of the clients for which this process holds the lease. With several processes each client is
 * served by one at a time; when that one is killed its lease expires, and another takes it.
 */
import { randomUUID } from 'node:crypto';
import type { Background } from '../../background.ts';
import type { Store } from '../../db/store.ts';
import type { Feed } from '../changes/feed.ts';
import { Deliverer } from './deliverer.ts';
import { leases, webhooksOfClient } from './queries.ts';
import type { Origin } from './rules.ts';
import type { Sender } from './send.ts';
import { recordAttempts, takeLease } from './writes.ts';

/** A killed holder is replaced within the lease and one look: 11 s. */
const LEASE_MS = 9000;
const LOOK_EVERY_MS = 2000;
/** The lease is renewed when this much of it is left. */
const RENEW_LEFT_MS = 5000;
/** Nothing begins this close to the end of the lease: another process may hold it by then. */
const LEASE_MARGIN_MS = 1000;
/** Results of deliveries are recorded together: one write for all deliverers of a client. */
const WRITE_EVERY_MS = 100;
const MAX_WRITTEN_WEBHOOKS = 50;

interface Held {
  readonly origin: Origin;
  readonly deliverers: Map<number, Deliverer>;
  /** By the monotonic clock (`performance.now()`). */
  until: number;
  readonly unlisten: () => void;
  writing: NodeJS.Timeout | undefined;
}

export class Deliveries {
  readonly #store: Store;
  readonly #feed: Feed;
  readonly #sender: Sender;
  readonly #onError: (error: unknown) => void;
  readonly #me = randomUUID();
  readonly #held = new Map<number, Held>();
  #isStopping = false;

  constructor(store: Store, feed: Feed, sender: Sender, onError: (error: unknown) => void) {
    this.#store = store;
    this.#feed = feed;
    this.#sender = sender;
    this.#onError = onError;
  }

  /** Looks for clients to serve now and then, until the service stops. */
  start(background: Background): void {
    background.every(LOOK_EVERY_MS, () => this.look());
  }

  /**
   * Takes and renews leases, and reads the webhooks again; called when one of a client was changed, so that this is
   * noticed at once.
   */
  async look(only?: number): Promise<void> {
    if (this.#isStopping) return;
    try {
      const clients = await this.#store.readInstallation((tx) => tx.all(leases, {}));
      const mine = clients
        .filter(({ clientId }) => only === undefined || clientId === only)
        .filter(({ holder, until, now }) => holder === null || holder === this.#me || Number(until) <= now);
      await Promise.all(mine.map(({ clientId, name, timeZone }) => this.#hold({ clientId, name, timeZone })));
    } catch (error) {
      this.#onError(error);
    }
  }

  async #hold(origin: Origin): Promise<void> {
    const { clientId } = origin;
    // Another process may have delivered since the lease expired, so what is remembered here is stale.
    if (performance.now() >= (this.#held.get(clientId)?.until ?? 0)) this.#drop(clientId);
    const held = this.#held.get(clientId);
    if (held !== undefined && performance.now() < held.until - RENEW_LEFT_MS) return this.#refresh(held);
    const until = performance.now() + LEASE_MS;
    const isMine = await this.#store.write(principalOf(clientId), (tx) => takeLease(tx, this.#me, LEASE_MS));
    if (!isMine || this.#isStopping) return this.#drop(clientId);
    const served = this.#held.get(clientId) ?? this.#serve(origin);
    served.until = until;
    await this.#refresh(served);
  }

  #serve(origin: Origin): Held {
    const { clientId } = origin;
    const deliverers = new Map<number, Deliverer>();
    const unlisten = this.#feed.watch.listen(clientId, () => {
      for (const deliverer of deliverers.values()) deliverer.wake();
    });
    const held = { origin, deliverers, until: 0, unlisten, writing: undefined };
    this.#held.set(clientId, held);
    return held;
  }

  async #refresh(held: Held): Promise<void> {
    const { deliverers, origin } = held;
    const rows = await this.#store.read(origin.clientId, (tx) => tx.all(webhooksOfClient, {}));
    const there = new Set(rows.map(({ webhookId }) => webhookId));
    for (const [webhookId, deliverer] of deliverers) {
      if (there.has(webhookId)) continue;
      deliverer.end();
      deliverers.delete(webhookId);
    }
    for (const row of rows) {
      const known = deliverers.get(row.webhookId);
      // Another look may have read newer rows meanwhile.
      if (known !== undefined && known.revision >= row.revision) {
        known.wake();
        continue;
      }
      const deliverer = new Deliverer(row, {
        feed: this.#feed,
        sender: this.#sender,
        origin,
        // In order: not before the current delivery of its predecessor is answered.
        after: known?.end(),
        isHolder: () => !this.#isStopping && performance.now() < held.until - LEASE_MARGIN_MS,
        onProgress: () => this.#writeSoon(held),
        onError: this.#onError,
      });
      deliverers.set(row.webhookId, deliverer);
      deliverer.wake();
    }
  }

  #writeSoon(held: Held): void {
    held.writing ??= setTimeout(() => {
      this.#write(held).finally(() => {
        held.writing = undefined;
        if (this.#held.get(held.origin.clientId) !== held) return;
        for (const deliverer of held.deliverers.values()) if (deliverer.hasProgress) return this.#writeSoon(held);
      });
    }, WRITE_EVERY_MS);
  }

  /** Records the results of a client's deliveries. If that fails it is retried; at worst something is sent twice. */
  async #write({ origin: { clientId }, deliverers }: Held): Promise<void> {
    const all = [...deliverers.values()];
    for (let from = 0; from < all.length; from += MAX_WRITTEN_WEBHOOKS) {
      const some: { deliverer: Deliverer; progress: NonNullable<ReturnType<Deliverer['takeProgress']>> }[] = [];
      for (const deliverer of all.slice(from, from + MAX_WRITTEN_WEBHOOKS)) {
        const progress = deliverer.takeProgress();
        if (progress !== undefined) some.push({ deliverer, progress });
      }
      if (some.length === 0) continue;
      try {
        await this.#store.write(principalOf(clientId), async (tx) => {
          if (!(await takeLease(tx, this.#me, LEASE_MS))) return;
          for (const { progress } of some) await recordAttempts(tx, progress.row, progress.made);
        });
      } catch (error) {
        this.#onError(error);
        for (const { deliverer, progress } of some) deliverer.putBack(progress.made);
      }
    }
  }

  #drop(clientId: number): void {
    const held = this.#held.get(clientId);
    if (held === undefined) return;
    held.unlisten();
    for (const deliverer of held.deliverers.values()) deliverer.end();
    this.#held.delete(clientId);
  }

  /** Records what there is, and lets others take the leases. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#sender.close();
    for (const [clientId, held] of [...this.#held]) {
      clearTimeout(held.writing);
      await this.#write(held);
      this.#drop(clientId);
      await this.#store.write(principalOf(clientId), (tx) => takeLease(tx, this.#me, 0)).catch(this.#onError);
    }
  }
}

const principalOf = (clientId: number) => ({ clientId, actor: { kind: 'command', id: null } }) as const;
