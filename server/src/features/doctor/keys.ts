/** Keys that nobody uses, or that are about to expire. */
import type { Store } from '../../db/store.ts';
import { type ListedKey, listKeys } from '../keys/queries.ts';
import { expiringKeys } from '../keys/rules.ts';
import type { Finding, Patient } from './finding.ts';

const UNUSED_MS = 30 * 86_400_000;

/** `since` is when the use of keys began to be written down. */
export async function examineKeys(
  store: Store,
  { clientId, name: client }: Patient,
  since: number,
): Promise<Finding[]> {
  const all = await store.read(clientId, (tx) => tx.all(listKeys, {}));
  const now = Date.now();
  const good = all.filter(({ revokedAt }) => revokedAt === null);
  const expired = good.filter(({ expiresAt }) => expiresAt !== null && expiresAt <= now);
  const soon = expiringKeys(good, now);
  const unused = good.filter(
    (key) =>
      key.lastUsedAt === null &&
      Math.max(key.createdAt, since) < now - UNUSED_MS &&
      ![...expired, ...soon].includes(key),
  );
  const tell = (keys: readonly ListedKey[], what: (key: ListedKey) => string, advice: (key: ListedKey) => string) =>
    keys.map((key): Finding => {
      const { keyId, label } = key;
      const name = `key ${keyId}${label === '' ? '' : ` (${label})`}`;
      return { check: 'keys', client, what: `${name} ${what(key)}`, advice: advice(key) };
    });
  const revoke = ({ keyId }: ListedKey) => `If nobody needs it: "foyer key revoke ${client} ${keyId}".`;
  return [
    ...tell(expired, ({ expiresAt }) => `expired on ${dateOf(expiresAt)}`, revoke),
    ...tell(
      soon,
      ({ expiresAt, lastUsedAt }) => `expires on ${dateOf(expiresAt)}, and was last used ${usedOn(lastUsedAt)}`,
      ({ keyId, replacedBy }) =>
        replacedBy === null
          ? `"foyer key roll ${client} ${keyId}" makes one to take its place.`
          : `Whoever uses it is to take key ${replacedBy}.`,
    ),
    ...tell(unused, ({ createdAt }) => `was made on ${dateOf(createdAt)}, and is not used`, revoke),
  ];
}

const dateOf = (ms: number | null): string => new Date(ms ?? 0).toISOString().slice(0, 10);
const usedOn = (ms: number | null): string => (ms === null ? 'never' : `on ${dateOf(ms)}`);
