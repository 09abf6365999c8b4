/** Fills the index of the search with the customers that were there before it, beside the work of the service. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../../db/engine.ts';
import type { Store } from '../../db/store.ts';
import { listClients } from '../clients/queries.ts';
import { customerCount, fillState, saveFillState, unindexedCustomers } from './queries.ts';
import { indexCustomer } from './writes.ts';

/** Few enough to hold other writes up for some milliseconds only. */
const CHUNK = 50;
const TELL_EVERY_MS = 5000;
const PAUSE_MS = 1000;

/** Hears how far it is. */
export interface FillObserver {
  progress(client: string, done: number, of: number): void;
  done(client: string, customers: number): void;
  failed(client: string, error: unknown): void;
}

/** Resolves when the index of every client is whole, or when the signal stops it: the rest is done at the next start. */
export async function fillIndexes(store: Store, observer: FillObserver, signal: AbortSignal): Promise<void> {
  for (const { clientId, name } of await store.readInstallation((tx) => tx.all(listClients, {}))) {
    const state = await store.read(clientId, (tx) => tx.get(fillState, {}));
    if (state?.isFilled !== 1) await fillClient(store, clientId, name, observer, signal);
    if (signal.aborted) return;
  }
}

async function fillClient(
  store: Store,
  clientId: number,
  name: string,
  observer: FillObserver,
  signal: AbortSignal,
): Promise<void> {
  let toldAt = performance.now();
  while (!signal.aborted) {
    try {
      const { filledTo, of } = await fillChunk(store, clientId);
      if (filledTo === undefined) return observer.done(name, of);
      if (performance.now() - toldAt < TELL_EVERY_MS) continue;
      toldAt = performance.now();
      observer.progress(name, filledTo, of);
    } catch (error) {
      observer.failed(name, error);
      if (!(error instanceof Unavailable)) return;
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }
}

/** Takes the next customers in, under the lock of the client: another service may be at the same work. */
function fillChunk(store: Store, clientId: number): Promise<{ filledTo: number | undefined; of: number }> {
  const principal = { clientId, actor: { kind: 'command', id: null } } as const;
  return store.write(principal, async (tx) => {
    const [state, counted] = [await tx.get(fillState, {}), await tx.get(customerCount, {})];
    const of = counted?.customers ?? 0;
    if (state?.isFilled === 1) return { filledTo: undefined, of };
    const rows = await tx.all(unindexedCustomers, { after: state?.filledTo ?? 0, limit: CHUNK });
    for (const row of rows) await indexCustomer(tx, row.customer_id, row);
    const isFilled = rows.length < CHUNK;
    const filledTo = rows.at(-1)?.customer_id ?? of;
    await tx.run(saveFillState, { filledTo, isFilled: isFilled ? 1 : 0 });
    return { filledTo: isFilled ? undefined : filledTo, of };
  });
}
