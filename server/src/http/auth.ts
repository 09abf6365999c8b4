/** The guard: who calls, by an API key or by the session of a staff member, and whether they may. */
import { timingSafeEqual } from 'node:crypto';
import type { Above, Scope } from '../../../sdk/src/contract/endpoint.ts';
import type { Caller, Credentials, SignedIn, Visitor } from './caller.ts';
import { KeyCache } from './key-cache.ts';
import { FailedKeys } from './limits/failed-keys.ts';
import { Meters } from './limits/meter.ts';
import { parseRate, type RateLimit } from './limits/rate.ts';
import { ProblemError } from './problem.ts';
import { keyOfHeader } from './wire/authorization.ts';
import { checkOrigin, isFromPage, sessionCookie, type Visit } from './wire/browser.ts';

interface ApiKey extends Caller {
  readonly expiresAt: number;
}

const BASIC = 'Basic realm="foyer", charset="UTF-8"';
/** A scheme that no browser knows: for a known one it would open its own dialog. */
const SIGN_IN = 'Session realm="foyer"';

const unauthorized = (challenge: string): ProblemError =>
  new ProblemError('unauthorized', { headers: { 'www-authenticate': challenge } });

const notSignedIn = (): ProblemError =>
  new ProblemError('unauthorized', { message: 'Nobody is signed in.', headers: { 'www-authenticate': SIGN_IN } });

export class Authenticator {
  readonly #credentials: Credentials;
  readonly #known = new KeyCache<ApiKey>();
  readonly #failed = new FailedKeys();
  readonly #meters = new Meters();
  /** The limit of keys without one of their own. */
  readonly #rate: RateLimit;

  constructor(credentials: Credentials, rate: RateLimit) {
    this.#credentials = credentials;
    this.#rate = rate;
  }

  /** The caller of an endpoint of a client, whatever they may do there; rejects with a problem. */
  identify(visit: Visit, client: string): Promise<Caller> {
    return this.#callerOf(visit, client, true);
  }

  /** The same for a caller who waits: rejects when they may no longer. It does not count as use of a session. */
  async readmit(visit: Visit, client: string, scope: Scope): Promise<void> {
    authorize(await this.#callerOf(visit, client, false), client, scope);
  }

  /** The caller of an endpoint above the clients; rejects with a problem. */
  async receive(visit: Visit, scope: Above): Promise<Visitor> {
    if (scope === 'anyone') {
      checkOrigin(visit);
      const token = sessionCookie(visit);
      return { visit, session: token === undefined ? undefined : await this.#credentials.findSession(token) };
    }
    return { visit, session: await this.#signedIn(visit, true) };
  }

  /** The key in a header, if it was seen to be valid a moment ago; looks nothing up. */
  recognise(header: string | undefined): ApiKey | undefined {
    if (header === undefined) return undefined;
    // Most callers send the bare key, which needs no parsing.
    const key = this.#known.fresh(header) ?? this.#known.fresh(keyOfHeader(header) ?? '');
    return key !== undefined && Date.now() < key.expiresAt ? key : undefined;
  }

  /** A key comes first: a browser sends its cookie whether it is wanted or not. */
  async #callerOf(visit: Visit, client: string, isUse: boolean): Promise<Caller> {
    const { authorization } = visit.headers;
    const challenge = isFromPage(visit) ? SIGN_IN : BASIC;
    if (authorization !== undefined)
      return this.recognise(authorization) ?? this.#load(authorization, visit.address, challenge);
    if (sessionCookie(visit) === undefined) throw unauthorized(challenge);
    return staffCaller(await this.#signedIn(visit, isUse), client);
  }

  /** Whose session the cookie holds, if the request comes from a page of ours. */
  async #signedIn(visit: Visit, isUse: boolean): Promise<SignedIn> {
    checkOrigin(visit);
    const token = sessionCookie(visit);
    const session = token === undefined ? undefined : await this.#credentials.findSession(token);
    if (token === undefined || session === undefined) throw notSignedIn();
    const isRead = visit.method === 'GET' || visit.method === 'HEAD';
    if (!isRead && !isSame(String(visit.headers['foyer-csrf-token'] ?? ''), session.csrfToken))
      throw new ProblemError('csrf-token');
    if (isUse) this.#credentials.noteUse(session);
    return session;
  }

  async #load(header: string, address: string, challenge: string): Promise<ApiKey> {
    const text = keyOfHeader(header) ?? '';
    // A key that was valid is always looked up: others at the same address cannot lock it out.
    const takeBack = this.#known.has(text) ? undefined : this.#failed.enter(address);
    const key = await this.#find(text).catch((error) => {
      takeBack?.();
      throw error;
    });
    if (key === undefined || Date.now() >= key.expiresAt) {
      this.#known.delete(text);
      throw unauthorized(challenge);
    }
    takeBack?.();
    this.#known.set(text, key);
    return key;
  }

  async #find(text: string): Promise<ApiKey | undefined> {
    const found = await this.#credentials.findKey(text);
    if (found === undefined) return undefined;
    if (Date.now() < (found.expiresAt ?? Number.POSITIVE_INFINITY)) this.#credentials.noteKeyUse(found);
    const { clientId, keyId, clientName, timeZone, clientTypes, nameOrder, scopes, expiresAt } = found;
    const rate = parseRate(found.rateLimit ?? '') ?? this.#rate;
    return {
      clientId,
      actor: { kind: 'key', id: keyId },
      called: 'API key',
      clientName,
      timeZone,
      clientTypes,
      nameOrder,
      scopes: new Set(scopes.split(',') as Scope[]),
      expiresAt: expiresAt ?? Number.POSITIVE_INFINITY,
      meter: rate === 'off' ? undefined : this.#meters.of(clientId, keyId, rate),
    };
  }
}

/** A staff member at one of their clients. */
function staffCaller({ staffId, clients }: SignedIn, clientName: string): Caller {
  const at = clients.find((one) => one.clientName === clientName);
  if (at === undefined)
    throw new ProblemError('wrong-client', { message: 'You do not work at the client in the path.' });
  const { clientId, timeZone, clientTypes, nameOrder, role } = at;
  const actor = { kind: 'staff', id: staffId } as const;
  const scopes = new Set(at.scopes);
  return { clientId, actor, called: `role ${role}`, clientName, timeZone, clientTypes, nameOrder, scopes };
}

/** Refuses a caller on the path of another client, or without the scope that the route needs. */
export function authorize(caller: Caller, client: string, scope: Scope): void {
  if (caller.clientName !== client) throw new ProblemError('wrong-client');
  if (!caller.scopes.has(scope))
    throw new ProblemError('missing-scope', { message: `This ${caller.called} does not have the scope ${scope}.` });
}

/** Are two texts the same? Compared in constant time. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
