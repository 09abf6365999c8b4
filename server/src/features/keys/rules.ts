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

/** No text that is longer is looked at as a key: see `clientOfKey`. */
const MAX_KEY_CHARACTERS = 200;
/** Of a user name and password in base64, so many characters hold a key of any length that is looked at. */
const MAX_BASIC_CHARACTERS = 280;

/**
 * The key in an `Authorization` header: the key itself, `Bearer KEY`, or Basic with the key as user name. The password
 * is ignored: many programs cannot leave it empty.
 */
export function keyOfHeader(header: string): string | undefined {
  const basic = /^basic +([a-z\d+/]+)={0,2}$/i.exec(header)?.[1];
  if (basic !== undefined) return userOf(basic);
  if (header.length > MAX_KEY_CHARACTERS) return undefined;
  const [scheme = '', value, ...more] = header.split(/ +/);
  if (value === undefined) return scheme;
  return more.length === 0 && scheme.toLowerCase() === 'bearer' ? value : undefined;
}

/** The user name ends at the first colon; what is decoded is no longer than a key may be. */
function userOf(base64: string): string | undefined {
  const text = Buffer.from(base64.slice(0, MAX_BASIC_CHARACTERS), 'base64').toString('latin1');
  const end = text.indexOf(':');
  return end === -1 ? undefined : text.slice(0, end);
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
