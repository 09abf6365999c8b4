/** Lets the customers of retired client-types follow, some at a time, until none is left. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../../db/engine.ts';
import type { Store } from '../../db/store.ts';
import { tagChange, type WriteTransaction } from '../../db/transaction.ts';
import { listClients } from '../clients/queries.ts';
import { updateTags } from '../customers/queries.ts';
import {
  insertTagOnce,
  type RetiredClientType,
  removeClientType,
  removeTag,
  retiredClientType,
  someWithClientType,
} from './queries.ts';

/** Few enough to hold other writes up for some milliseconds only. */
const CHUNK = 50;
const PAUSE_MS = 1000;

/** What there is to follow stands in the database: whoever is stopped, or killed, goes on at the next start. */
export class Followers {
  readonly #store: Store;
  readonly #stop = new AbortController();
  /** By client, each after the one before: the last one finds what came in meanwhile. */
  readonly #running = new Map<number, Promise<void>>();
  readonly #onError: (error: unknown) => void;

  constructor(store: Store, onError: (error: unknown) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** Resolves when the customers of every client have followed, or when it is stopped. */
  async followAll(): Promise<void> {
    const clients = await this.#store.readInstallation((tx) => tx.all(listClients, {}));
    for (const { clientId } of clients) await this.follow(clientId);
  }

  /** The same for one client. */
  follow(clientId: number): Promise<void> {
    const before = this.#running.get(clientId) ?? Promise.resolve();
    const run = before.catch(() => {}).then(() => this.#run(clientId));
    this.#running.set(clientId, run);
    run.catch(this.#onError).finally(() => this.#running.get(clientId) === run && this.#running.delete(clientId));
    return run;
  }

  /** Resolves when the step that was under way is done. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#running.values());
  }

  async #run(clientId: number): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const retired = await this.#store.read(clientId, (tx) => tx.get(retiredClientType, {}));
        if (retired === undefined) return;
        const principal = { clientId, actor: { kind: retired.byKind, id: retired.byId } };
        await this.#store.write(principal, (tx) => followSome(tx, retired.clientTypeId));
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        this.#onError(error);
        await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
      }
    }
  }
}

/** Another service may be at the same work: what is left is read under the lock of the client. */
async function followSome(tx: WriteTransaction, clientTypeId: number): Promise<void> {
  const retired = await tx.get(retiredClientType, {});
  if (retired?.clientTypeId !== clientTypeId) return;
  const customers = await tx.all(someWithClientType, { clientTypeId, limit: CHUNK });
  for (const { customerId, tags } of customers) await followOne(tx, retired, customerId, JSON.parse(tags));
  if (customers.length < CHUNK) await tx.run(removeClientType, { clientTypeId });
}

async function followOne(
  tx: WriteTransaction,
  { clientTypeId, name, becomes, newName }: RetiredClientType,
  customerId: number,
  before: readonly string[],
): Promise<void> {
  const renamed = before.map((tag) => (tag === name ? newName : tag));
  const after = [...new Set(renamed)].filter((tag) => tag !== null);
  await tx.change(
    'clienttypes',
    customerId,
    { customerTags: [before, after] },
    updateTags,
    { tags: JSON.stringify(after) },
    [
      tagChange(removeTag, { clientTypeId }),
      ...(becomes === null ? [] : [tagChange(insertTagOnce, { clientTypeId: becomes })]),
    ],
  );
}
