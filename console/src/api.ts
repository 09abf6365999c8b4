/** The one way to the service: the SDK, in the session that the browser's cookie holds. */
import {
  createFoyer,
  createSession,
  type Foyer,
  FoyerError,
  type ProblemCode,
  type Session,
  type SessionClient,
} from '@foyer/sdk';
import { QueryClient, queryOptions } from '@tanstack/react-query';
import { endedSession } from './ended.ts';

const baseUrl = location.origin;

export const sessionApi = createSession({ baseUrl });

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => sessionApi.get({}, { signal, retries: 1 }),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});

/** The cache of server state. Reads are retried twice, unless they were not allowed or not found. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: { networkMode: 'always', staleTime: 15_000, retry: isWorthAnotherTry, retryDelay, throwOnError: false },
    mutations: { networkMode: 'always', retry: false },
  },
});

const clients = new Map<string, Foyer>();

function foyerOf(client: string): Foyer {
  const known = clients.get(client);
  if (known !== undefined) return known;
  const made = createFoyer({ baseUrl, client, session: sessionApi });
  clients.set(client, made);
  return made;
}

/** Calls the service for a client. If the session has ended it waits until somebody has signed in again. */
export const ask = <T>(client: string, call: (foyer: Foyer) => Promise<T>): Promise<T> =>
  inSession(() => call(foyerOf(client)));

export async function inSession<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isCode(error, 'unauthorized')) await endedSession.untilSignedIn();
    // Somebody signed in again in another tab.
    else if (isCode(error, 'csrf-token')) await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
    else throw error;
    return call();
  }
}

export const isCode = (error: unknown, code: ProblemCode): error is FoyerError =>
  error instanceof FoyerError && error.code === code;

/** A search waits for its index as long as it takes; the page says so. */
function isWorthAnotherTry(failures: number, error: Error): boolean {
  if (!(error instanceof FoyerError)) return false;
  if (error.status === 503) return failures < 100;
  return failures < 2 && (error.code === 'network' || error.code === 'timeout' || (error.status ?? 0) >= 500);
}

function retryDelay(failures: number, error: Error): number {
  const asked = error instanceof FoyerError ? error.retryAfter : undefined;
  return asked === undefined ? 400 * 2 ** Math.min(failures, 4) : Math.max(500, asked * 1000);
}

export type { Session, SessionClient };
