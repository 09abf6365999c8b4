/** Makes and revokes API keys. */
import { randomBytes } from 'node:crypto';
import type { Scope } from '../../../../sdk/src/contract/endpoint.ts';
import type { Store } from '../../db/store.ts';
import { formatRate, type RateLimit } from '../../http/limits/rate.ts';
import { insertKey, listKeys, replaceKey, revokeKey } from './queries.ts';
import { hashKey } from './rules.ts';

export interface KeyOptions {
  readonly clientId: number;
  readonly scopes: readonly Scope[];
  readonly label: string;
  /** Milliseconds since 1970; `null` for never. */
  readonly expiresAt: number | null;
  /** Its own limit, if it should not have that of the installation. */
  readonly rate?: RateLimit | undefined;
}

const command = { kind: 'command', id: null } as const;

/** Makes a key. Its text is known only now; the database keeps a hash. */
export async function createKey(store: Store, options: KeyOptions): Promise<{ keyId: number; key: string }> {
  const { clientId, label, expiresAt, rate } = options;
  const key = makeKey(clientId);
  const keyId = await store.write({ clientId, actor: command }, async (tx) => {
    const id = await tx.next('keyId');
    const scopes = options.scopes.join(',');
    const rateLimit = rate === undefined ? null : formatRate(rate);
    await tx.run(insertKey, {
      keyId: id,
      hash: hashKey(key),
      label,
      scopes,
      createdAt: Date.now(),
      expiresAt,
      rateLimit,
    });
    return id;
  });
  return { keyId, key };
}

/** Revokes a key; returns whether there was one to revoke. */
export function revoke(store: Store, clientId: number, keyId: number): Promise<boolean> {
  return store.write({ clientId, actor: command }, async (tx) => {
    const keys = await tx.all(listKeys, {});
    if (!keys.some((key) => key.keyId === keyId && key.revokedAt === null)) return false;
    await tx.run(revokeKey, { keyId, revokedAt: Date.now() });
    return true;
  });
}

export interface RollOptions {
  readonly clientId: number;
  readonly keyId: number;
  /** How long the old key stays good beside the new one. */
  readonly overlapMs: number;
  /** When the new key expires; unless told, it lives as long as the old one was to. */
  readonly expiresAt?: number | undefined;
}

export interface Rolled {
  readonly keyId: number;
  readonly key: string;
  /** When the old key is refused, in milliseconds since 1970. */
  readonly oldUntil: number;
}

/**
 * Makes a key that may do what another may, and lets that one expire. Returns nothing if there is no such key that is
 * still good.
 */
export async function rollKey(store: Store, options: RollOptions): Promise<Rolled | undefined> {
  const { clientId, keyId, overlapMs } = options;
  const key = makeKey(clientId);
  return store.write({ clientId, actor: command }, async (tx) => {
    const now = Date.now();
    const keys = await tx.all(listKeys, {});
    const old = keys.find((one) => one.keyId === keyId);
    const end = old?.expiresAt ?? Number.POSITIVE_INFINITY;
    if (old === undefined || old.revokedAt !== null || end <= now) return undefined;
    const { label, scopes, rateLimit, createdAt } = old;
    const id = await tx.next('keyId');
    const expiresAt = options.expiresAt ?? (old.expiresAt === null ? null : now + old.expiresAt - createdAt);
    await tx.run(insertKey, { keyId: id, hash: hashKey(key), label, scopes, createdAt: now, expiresAt, rateLimit });
    const oldUntil = Math.min(end, now + overlapMs);
    await tx.run(replaceKey, { keyId, expiresAt: oldUntil, replacedBy: id });
    if (overlapMs === 0) await tx.run(revokeKey, { keyId, revokedAt: now });
    return { keyId: id, key, oldUntil };
  });
}

/**
 * A new key, `foyer_<client number>_<192 random bits>`: it names its client, so that it is looked up among that
 * client's keys, and a scanner for leaked secrets can recognise it.
 */
function makeKey(clientId: number): string {
  return `foyer_${clientId}_${randomBytes(24).toString('base64url')}`;
}
