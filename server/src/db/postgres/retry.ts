/**
 * Retries what failed through no fault of its own: a serialization failure, a deadlock, a broken connection.
 * errors.ts knows which these are.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isWorthAnotherTry, translate } from './errors.ts';

export const MAX_ATTEMPTS = 3;
/** After this, a failed transaction is not retried. */
export const RETRY_WITHIN_MS = 900;
/** Before the first retry; the second waits twice as long. */
export const RETRY_PAUSE_MS = 40;

/** Does some work, and repeats it if it failed through no fault of its own. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isLate = attempt === MAX_ATTEMPTS || performance.now() - start > RETRY_WITHIN_MS;
      if (isLate || !isWorthAnotherTry(error)) throw translate(error);
      await sleep(RETRY_PAUSE_MS * attempt);
    }
  }
}
