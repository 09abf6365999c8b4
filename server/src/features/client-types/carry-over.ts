/** Carries the customers of retired client-types over to their new names, some at a time, until none is left. */
import type { Background } from '../../background.ts';
import type { Store } from '../../db/store.ts';
import { detailChange } from '../../db/transaction/change.ts';
import type { ReadTransaction } from '../../db/transaction/read.ts';
import type { WriteTransaction } from '../../db/transaction/write.ts';
import { listClients } from '../clients/queries.ts';
import { updateTags } from '../customers/queries.ts';
import {
  insertTagOnce,
  type RetiredClientType,
  removeClientType,
  removeTag,
  retiredClientTypes,
  someWithClientType,
  theseWithClientType,
} from './queries.ts';

/** How many customers are written at a time: few enough to delay other writes by a few milliseconds only. */
const CHUNK = 50;

/** What is left to do is in the database: after a stop or a kill, the next start continues. */
export class CarryOver {
  readonly #store: Store;
  readonly #background: Background;
  /** By client, one after another: the last one finds what came in meanwhile. */
  readonly #running = new Map<number, Promise<void>>();

  constructor(store: Store, background: Background) {
    this.#store = store;
    this.#background = background;
  }

  /** Begins what an earlier start left unfinished, one client after another. */
  start(): void {
    this.#background.run(async () => {
      for (const { clientId } of await this.#store.readInstallation((tx) => tx.all(listClients, {}))) {
        await this.run(clientId);
      }
      return false;
    });
  }

  /** Resolves when no customer of a client has a retired client-type, or when the service stops. */
  async run(clientId: number): Promise<void> {
    const before = this.#running.get(clientId) ?? Promise.resolve();
    const run = before.then(() => this.#background.run(() => this.#step(clientId)));
    this.#running.set(clientId, run);
    await run;
    if (this.#running.get(clientId) === run) this.#running.delete(clientId);
  }

  async #step(clientId: number): Promise<boolean> {
    const [retired] = await this.#store.read(clientId, (tx) => tx.all(retiredClientTypes, {}));
    if (retired === undefined) return false;
    const principal = { clientId, actor: { kind: retired.byKind, id: retired.byId } };
    await this.#store.write(principal, (tx) => carrySome(tx, retired.clientTypeId));
    return true;
  }
}

/** Another process may do the same work: what is left is read under the client's lock. */
async function carrySome(tx: WriteTransaction, clientTypeId: number): Promise<void> {
  const [retired] = await tx.all(retiredClientTypes, {});
  if (retired?.clientTypeId !== clientTypeId) return;
  const customers = await tx.all(someWithClientType, { clientTypeId, limit: CHUNK });
  for (const { customerId, tags } of customers) await carryOne(tx, retired, customerId, JSON.parse(tags));
  if (customers.length < CHUNK) await tx.run(removeClientType, { clientTypeId });
}

/**
 * Carries these customers over at once, before they are given client-types: otherwise the old ones could not be told
 * from new ones with the same names. Were there any?
 */
export async function carryOver(tx: WriteTransaction, customerIds: readonly number[]): Promise<boolean> {
  let isAny = false;
  for (const retired of await tx.all(retiredClientTypes, {})) {
    const { clientTypeId } = retired;
    for (const { customerId, tags } of await tx.all(theseWithClientType, {
      clientTypeId,
      ids: JSON.stringify(customerIds),
    })) {
      await carryOne(tx, retired, customerId, JSON.parse(tags));
      isAny = true;
    }
  }
  return isAny;
}

/** Which of these customers are still to be carried over, and the client-types that they will have then. */
export async function tagsCarriedOver(
  tx: ReadTransaction,
  customerIds: readonly number[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const carried = new Map<number, readonly string[]>();
  const ids = JSON.stringify(customerIds);
  for (const retired of await tx.all(retiredClientTypes, {})) {
    for (const { customerId, tags } of await tx.all(theseWithClientType, { clientTypeId: retired.clientTypeId, ids }))
      carried.set(customerId, tagsWithout(carried.get(customerId) ?? JSON.parse(tags), retired));
  }
  return carried;
}

function tagsWithout(before: readonly string[], { name, newName }: RetiredClientType): readonly string[] {
  const renamed = before.map((tag) => (tag === name ? newName : tag));
  return [...new Set(renamed)].filter((tag) => tag !== null);
}

async function carryOne(
  tx: WriteTransaction,
  retired: RetiredClientType,
  customerId: number,
  before: readonly string[],
): Promise<void> {
  const { clientTypeId, becomes, byKind, byId } = retired;
  const after = tagsWithout(before, retired);
  await tx.change(
    'clienttypes',
    customerId,
    { customerTags: [before, after] },
    updateTags,
    { tags: JSON.stringify(after) },
    [
      detailChange(removeTag, { clientTypeId }),
      ...(becomes === null ? [] : [detailChange(insertTagOnce, { clientTypeId: becomes })]),
    ],
    { kind: byKind, id: byId },
  );
}
