/** What a key looks like, and what it may do. Pure. */
import { createHash } from 'node:crypto';
import { type Scope, scopes } from '../../../../sdk/src/contract/endpoint.ts';
import type { ListedKey } from './queries.ts';

export const defaultScopes: readonly Scope[] = ['customers:read', 'customers:write', 'exports:read'];

export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** The number of the client that a key names; `undefined` if the text is not a key. */
export function clientOfKey(key: string): number | undefined {
  const digits = /^foyer_([1-9]\d{0,14})_[A-Za-z0-9_-]{32}$/.exec(key)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Reads a comma-separated list of scopes; an unknown name is an error. */
export function parseScopes(text: string): Scope[] {
  const known = Object.keys(scopes) as Scope[];
  return text.split(',').map((part) => {
    const scope = known.find((name) => name === part.trim());
    if (scope === undefined) throw new Error(`"${part.trim()}" is not a scope; the scopes are ${known.join(', ')}.`);
    return scope;
  });
}

/** A key that expires within a fortnight is told of. */
const TOLD_AHEAD_MS = 14 * 86_400_000;

/**
 * The keys of a client that are still good, and will not be for long. One that was replaced, and has not been used
 * since, is as it should be.
 */
export function expiringKeys(keys: readonly ListedKey[], now: number): ListedKey[] {
  const madeAt = new Map(keys.map(({ keyId, createdAt }) => [keyId, createdAt]));
  return keys.filter(({ expiresAt, revokedAt, replacedBy, lastUsedAt }) => {
    const isGood = revokedAt === null && expiresAt !== null && expiresAt > now;
    const isLeft = replacedBy !== null && (lastUsedAt ?? 0) <= (madeAt.get(replacedBy) ?? 0);
    return isGood && expiresAt <= now + TOLD_AHEAD_MS && !isLeft;
  });
}
