/** Fills the index of the search with the customers that were there before it, beside the work of the service. */
import type { Background } from '../../background.ts';
import type { Store } from '../../db/store.ts';
import { customerCount, fillState, saveFillState, unindexedCustomers } from './queries.ts';
import { indexCustomer } from './writes.ts';

/** Few enough to hold other writes up for some milliseconds only. */
const CHUNK = 50;
const TELL_EVERY_MS = 5000;

/** Hears how far it is. */
export interface FillObserver {
  progress(client: string, done: number, of: number): void;
  done(client: string, customers: number): void;
}

interface Client {
  readonly clientId: number;
  readonly name: string;
}

/** Resolves when the index of a client is whole, or when the service stops: the rest is done at the next start. */
export async function fillIndex(
  store: Store,
  background: Background,
  { clientId, name }: Client,
  observer: FillObserver,
): Promise<void> {
  const state = await store.read(clientId, (tx) => tx.get(fillState, {}));
  if (state?.isFilled === 1) return;
  let toldAt = performance.now();
  await background.run(async () => {
    const { filledTo, of } = await fillChunk(store, clientId);
    if (filledTo === undefined) observer.done(name, of);
    else if (performance.now() - toldAt > TELL_EVERY_MS) {
      toldAt = performance.now();
      observer.progress(name, filledTo, of);
    }
    return filledTo !== undefined;
  });
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
