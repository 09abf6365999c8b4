/** Who calls: from the `Authorization` header to the key, its client and its scopes. */
import type { Scope } from '../../sdk/src/contract/endpoint.ts';
import type { ClientTypesPolicy, NameOrder } from './db/schema.ts';
import type { Store } from './db/store.ts';
import type { Principal } from './db/transaction.ts';
import { keyByHash } from './features/keys/queries.ts';
import { clientOfKey, hashKey, keyOfHeader } from './features/keys/rules.ts';
import { ProblemError } from './problem.ts';

/** The key of a request, with what the request needs to know of the key's client. */
export interface ApiKey extends Principal {
  readonly keyId: number;
  readonly clientName: string;
  readonly timeZone: string;
  readonly clientTypes: ClientTypesPolicy;
  readonly nameOrder: NameOrder;
  readonly scopes: ReadonlySet<Scope>;
  readonly expiresAt: number;
}

interface Known {
  readonly key: ApiKey;
  /** By the clock that never goes back. */
  readonly since: number;
}

/** A key that was revoked is refused after at most this time. */
const FRESH_MS = 2000;
const MAX_KNOWN = 10_000;

const unauthorized = (): ProblemError =>
  new ProblemError('unauthorized', { headers: { 'www-authenticate': 'Basic realm="foyer", charset="UTF-8"' } });

export class Authenticator {
  readonly #store: Store;
  /** Keys by their text, good ones only: hashing and reading a key costs as much as a whole request. */
  readonly #known = new Map<string, Known>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The key of a header, at once when it was seen a moment ago; rejects with a problem when it is not good. */
  authenticate(header: string | undefined): ApiKey | Promise<ApiKey> {
    if (header === undefined) throw unauthorized();
    return this.recognise(header) ?? this.#load(header);
  }

  /** The key of a header when it was seen a moment ago and is good; asks nobody. */
  recognise(header: string | undefined): ApiKey | undefined {
    if (header === undefined) return undefined;
    // Most callers send the bare key, which needs no parsing.
    const known = this.#known.get(header) ?? this.#known.get(keyOfHeader(header) ?? '');
    if (known === undefined) return undefined;
    const isFresh = performance.now() - known.since < FRESH_MS;
    return isFresh && Date.now() < known.key.expiresAt ? known.key : undefined;
  }

  async #load(header: string): Promise<ApiKey> {
    const text = keyOfHeader(header);
    const clientId = text === undefined ? undefined : clientOfKey(text);
    if (text === undefined || clientId === undefined) throw unauthorized();
    const key = await this.#find(clientId, text);
    if (key === undefined) {
      this.#known.delete(text);
      throw unauthorized();
    }
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(text, { key, since: performance.now() });
    return checkExpiry(key);
  }

  async #find(clientId: number, text: string): Promise<ApiKey | undefined> {
    const row = await this.#store.read(clientId, (tx) => tx.get(keyByHash, { hash: hashKey(text) }));
    if (row === undefined) return undefined;
    return {
      clientId,
      actor: { kind: 'key', id: row.keyId },
      keyId: row.keyId,
      clientName: row.clientName,
      timeZone: row.timeZone,
      clientTypes: row.clientTypes,
      nameOrder: row.nameOrder,
      scopes: new Set(row.scopes.split(',') as Scope[]),
      expiresAt: row.expiresAt ?? Number.POSITIVE_INFINITY,
    };
  }
}

function checkExpiry(key: ApiKey): ApiKey {
  if (Date.now() >= key.expiresAt) throw unauthorized();
  return key;
}

/** Refuses a key on the path of another client, or without the scope that the route needs. */
export function authorize(key: ApiKey, client: string, scope: Scope): void {
  if (key.clientName !== client) throw new ProblemError('wrong-client');
  if (!key.scopes.has(scope))
    throw new ProblemError('missing-scope', { message: `This API key does not have the scope ${scope}.` });
}
