/** Finds an API key by its text. */
import type { Store } from '../../db/store.ts';
import type { FoundKey } from '../../http/caller.ts';
import { keyByHash } from './queries.ts';
import { clientOfKey, hashKey } from './rules.ts';

export async function findKey(store: Store, text: string): Promise<FoundKey | undefined> {
  const clientId = clientOfKey(text);
  if (clientId === undefined) return undefined;
  const row = await store.read(clientId, (tx) => tx.get(keyByHash, { hash: hashKey(text) }));
  return row && { ...row, clientId };
}
