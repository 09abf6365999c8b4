/** What a key looks like, and how it comes in a request. Pure. */
import { createHash, randomBytes } from 'node:crypto';
import { type Scope, scopes } from '../../../../sdk/src/contract/endpoint.ts';

export const defaultScopes: readonly Scope[] = ['customers:read', 'customers:write', 'exports:read'];

/**
 * A new key, `foyer_<client number>_<192 random bits>`: it names its client, so that it is looked up among that
 * client's keys, and it can be recognised by a scanner that looks for leaked secrets.
 */
export function makeKey(clientId: number): string {
  return `foyer_${clientId}_${randomBytes(24).toString('base64url')}`;
}

export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** The number of the client that a key names, or nothing when the text is no key. */
export function clientOfKey(key: string): number | undefined {
  const digits = /^foyer_([1-9]\d{0,14})_[A-Za-z0-9_-]{32}$/.exec(key)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The key in an `Authorization` header: the key itself, `Bearer KEY`, or Basic with the key as user name. */
export function keyOfHeader(header: string): string | undefined {
  const [scheme = '', value, ...more] = header.trim().split(/ +/);
  if (value === undefined) return scheme;
  if (more.length > 0) return undefined;
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  // The user name ends at the colon, and the password behind it is empty.
  const decoded = Buffer.from(value, 'base64').toString('utf8');
  return decoded.indexOf(':') === decoded.length - 1 ? decoded.slice(0, -1) : undefined;
}

/** Reads a comma-separated list of scopes; a name that is none is an error. */
export function parseScopes(text: string): Scope[] {
  const known = Object.keys(scopes) as Scope[];
  return text.split(',').map((part) => {
    const scope = known.find((name) => name === part.trim());
    if (scope === undefined) throw new Error(`"${part.trim()}" is no scope; the scopes are ${known.join(', ')}.`);
    return scope;
  });
}
