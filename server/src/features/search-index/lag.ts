/** How far the index of each client is behind its records, for the metrics. */
import type { Store } from '../../db/store.ts';
import { firstBehind, gapsOfClient } from '../changes/queries.ts';
import { countChanges } from '../changes/rules.ts';
import { indexStates } from './indexer.ts';
import { clientsWithChanges } from './queries.ts';

interface Lag {
  readonly client: string;
  readonly changes: number;
  /** Age of the oldest change that is not in it. */
  readonly seconds: number;
  /** Is it being made from all customers? */
  readonly isBeingMade: boolean;
}

export async function indexLag(store: Store): Promise<readonly Lag[]> {
  // The index first, so that concurrent writes make it seem behind, never ahead.
  const states = new Map((await indexStates(store)).map((state) => [state.clientId, state]));
  const clients = await store.readInstallation((tx) => tx.all(clientsWithChanges, {}));
  const all = clients.map(async ({ clientId, name: client, changeNumber }): Promise<Lag> => {
    const state = states.get(clientId);
    const isBeingMade = state !== undefined && state.madeTo !== null;
    const upTo = state?.changeNumber ?? 0;
    if (upTo >= changeNumber) return { client, changes: 0, seconds: 0, isBeingMade };
    const gaps = await store.read(clientId, (tx) => tx.all(gapsOfClient, {}));
    const changes = countChanges(upTo, changeNumber, gaps);
    const oldest = await store.read(clientId, (tx) => tx.get(firstBehind, { after: upTo }));
    const seconds = oldest === undefined ? 0 : Math.max(0, Date.now() - oldest.changedAt) / 1000;
    return { client, changes, seconds, isBeingMade };
  });
  return Promise.all(all);
}
