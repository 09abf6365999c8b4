/** Keys that nobody needs any more. */
import type { Store } from '../../db/store.ts';
import { listKeys } from '../keys/queries.ts';
import type { Finding, Patient } from './finding.ts';

export async function examineKeys(store: Store, { clientId, name: client }: Patient): Promise<Finding[]> {
  const keys = await store.read(clientId, (tx) => tx.all(listKeys, {}));
  const now = Date.now();
  return keys
    .filter(({ revokedAt }) => revokedAt === null)
    .flatMap(({ keyId, label, expiresAt }): Finding[] => {
      if (expiresAt === null || expiresAt > now) return [];
      const what = `key ${keyId}${label === '' ? '' : ` (${label})`} expired on ${new Date(expiresAt).toISOString()}`;
      return [{ check: 'keys', client, what, advice: `If nobody needs it: "foyer key revoke ${client} ${keyId}".` }];
    });
}
