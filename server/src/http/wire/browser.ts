/** What a browser says about the page that a request comes from, and the cookie that it keeps. Pure. */
import type { IncomingHttpHeaders } from 'node:http';
import { ProblemError } from '../problem.ts';

/** A request, as far as its head tells. */
export interface Visit {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** The network address of the caller. */
  readonly address: string;
  /** Did it come by https, as far as we know? */
  readonly isSecure: boolean;
  /** The origin of the console, if the settings name it. */
  readonly ownOrigin: string | undefined;
}

/** Only https can set a cookie whose name begins like this, and only the host itself: a neighbour cannot plant one. */
const SECURE_NAME = '__Host-foyer_session';
const PLAIN_NAME = 'foyer_session';

/** What the cookie of the session holds. */
export function sessionCookie({ headers, isSecure }: Visit): string | undefined {
  const cookies = new Map(
    (headers.cookie ?? '').split(';').map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
  return cookies.get(SECURE_NAME) ?? (isSecure ? undefined : cookies.get(PLAIN_NAME));
}

/** The header that lets a browser keep a session for a number of seconds; 0 deletes it. */
export function cookieHeader(visit: Visit, value: string, seconds: number): string {
  const isSecure = visit.isSecure || (visit.headers.origin ?? '').startsWith('https://');
  const name = isSecure ? SECURE_NAME : PLAIN_NAME;
  return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
}

/** Does a page in a browser ask? Then a challenge would open the browser's own dialog for a name and a password. */
export const isFromPage = (visit: Visit): boolean =>
  visit.headers['sec-fetch-site'] === 'same-origin' || sessionCookie(visit) !== undefined;

const isSafe = ({ method }: Visit): boolean => method === 'GET' || method === 'HEAD';

/**
 * Refuses a request from another site with a cookie that the browser sent along by itself. A request that may write
 * must say that it comes from a page of ours; one that only reads may also be an address that somebody typed.
 */
export function checkOrigin(visit: Visit): void {
  const site = visit.headers['sec-fetch-site'];
  if (site === 'same-origin' || (site === 'none' && isSafe(visit))) return;
  if (site === undefined && (isSafe(visit) || isOwnOrigin(visit))) return;
  throw new ProblemError('wrong-origin');
}

function isOwnOrigin({ headers: { origin, host }, ownOrigin }: Visit): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false;
  return origin === ownOrigin || new URL(origin).host === host?.toLowerCase();
}
