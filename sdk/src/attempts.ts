/** Repeats attempts that may be repeated, and waits no longer than the caller wants. */
import { FoyerError } from './errors.ts';
import { isWorthRepeating, MOST_PATIENCE_MS, waitBefore } from './retry.ts';

/** How long to try. */
interface Patience {
  readonly retries?: number;
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** Makes attempts until one succeeds, or is not worth repeating. */
export async function withRetries<T>(
  isIdempotent: boolean,
  { retries = 3, timeout = 30_000, signal }: Patience,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const inTime = new AbortController();
    const timer = setTimeout(() => inTime.abort(new DOMException('No answer in time', 'TimeoutError')), timeout);
    try {
      return await attempt(signal === undefined ? inTime.signal : AbortSignal.any([signal, inTime.signal]));
    } catch (thrown) {
      const error = asFoyerError(thrown, signal);
      if (tries > retries || !isWorthRepeating(error, isIdempotent)) throw error;
      const wait = waitBefore(tries, error.retryAfter);
      if (wait > MOST_PATIENCE_MS) throw error;
      await pause(wait, signal);
    } finally {
      clearTimeout(timer);
    }
  }
}

export function asFoyerError(thrown: unknown, signal: AbortSignal | undefined): FoyerError {
  if (thrown instanceof FoyerError) return thrown;
  if (signal?.aborted) return new FoyerError('aborted', 'The call was aborted', { cause: signal.reason });
  if (thrown instanceof DOMException && thrown.name === 'TimeoutError') {
    return new FoyerError('timeout', 'The service did not answer in time', { cause: thrown });
  }
  if (thrown instanceof SyntaxError) return new FoyerError('unexpected', 'The answer is no JSON', { cause: thrown });
  return new FoyerError('network', 'The service could not be reached, or broke off its answer', { cause: thrown });
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(asFoyerError(undefined, signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
