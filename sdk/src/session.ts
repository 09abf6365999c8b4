import { callsOf, type Methods, type TransportOptions } from './client.ts';
import type { Session } from './contract/session.ts';

/** The session of a staff member in a browser: its calls, and the token that calls of the API need. */
export interface SessionCalls extends Readonly<Methods['session']> {
  /** The token of the latest session; pass this object to `createFoyer` as `session`. */
  readonly csrfToken: string | undefined;
}

/**
 * Signs staff members in and out, on a page that the service itself serves: the session is in a cookie that no script
 * can read. It repeats no call.
 */
export function createSession(options: TransportOptions): SessionCalls {
  const state: { csrfToken: string | undefined } = { csrfToken: undefined };
  const { session } = callsOf({ retries: 0, ...options, session: state }).methods;
  const keeping =
    <A extends unknown[]>(call: (...args: A) => Promise<Session>) =>
    async (...args: A): Promise<Session> => {
      const answer = await call(...args);
      state.csrfToken = answer.csrfToken;
      return answer;
    };
  return {
    ...session,
    get: keeping(session.get),
    signIn: keeping(session.signIn),
    redeemLink: keeping(session.redeemLink),
    changePassword: keeping(session.changePassword),
    setPreferences: keeping(session.setPreferences),
    get csrfToken() {
      return state.csrfToken;
    },
  };
}
