/**
 * Was the database restored by hand, without `foyer restore`? On SQLite the index of the search may know: it is a file
 * of its own, and if it holds a change that the records have not reached, they are older than what callers have seen.
 */
import type { Logger } from 'pino';
import type { Store } from '../../db/store.ts';
import { indexStates } from '../search-index/indexer.ts';
import { clientsWithChanges } from '../search-index/queries.ts';
import { beginAnew } from './begin-anew.ts';

/** Makes the database safe to use, if it was evidently restored. */
export async function noticePutBack(store: Store, log: Logger): Promise<void> {
  const clients = await clientsPutBack(store);
  if (clients.length === 0) return;
  await beginAnew(store);
  log.warn({ clients }, 'the database was put back to an earlier state: changes go on behind a gap in their numbers');
}

/** The short names of the clients for which this is evident. */
async function clientsPutBack(store: Store): Promise<readonly string[]> {
  const indexed = new Map((await indexStates(store)).map((state) => [state.clientId, state.changeNumber]));
  const clients = await store.readInstallation((tx) => tx.all(clientsWithChanges, {}));
  return clients
    .filter(({ clientId, changeNumber }) => (indexed.get(clientId) ?? 0) > changeNumber)
    .map(({ name }) => name);
}
