/** How many files are looked at at a time on request: each takes a thread, with memory of its own. */
import { Turnstile } from '../../db/turnstile.ts';
import { Unavailable } from '../../db/unavailable.ts';

export const MOST_LOOKED_AT = 3;
const WAIT_MS = 60_000;
const turnstile = new Turnstile(MOST_LOOKED_AT, WAIT_MS);

/** Does it when its turn has come; a caller that hangs up gives up its turn. */
export async function inTurn<T>(hangUp: AbortSignal | undefined, fn: () => Promise<T>): Promise<T> {
  if (!(await turnstile.enter(hangUp))) throw new Unavailable('busy');
  try {
    return await fn();
  } finally {
    turnstile.leave();
  }
}
