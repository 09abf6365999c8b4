/** When and how long to wait before a call is sent again. */
import type { FoyerError } from './errors.ts';

const MIN_WAIT_MS = 200;
const MAX_WAIT_MS = 10_000;

/**
 * May the call be repeated? 429 and 503 say that nothing was done, so always. While its first attempt is still in
 * progress, repeating it gets its answer. After another fault of the server or the network it is unknown what was done,
 * so only if doing it twice is the same as once.
 */
export function isWorthRepeating(error: FoyerError, isIdempotent: boolean): boolean {
  if (error.status === 429 || error.status === 503 || error.code === 'idempotency-key-in-flight') return true;
  const isFault = error.code === 'network' || error.code === 'timeout' || (error.status ?? 0) >= 500;
  return isFault && isIdempotent;
}

/** How long to wait, in milliseconds: as the answer asks, or longer at each attempt, random within the upper half. */
export function waitBefore(attempt: number, retryAfter: string | null): number {
  const asked = parseRetryAfter(retryAfter);
  if (asked !== undefined) return asked;
  const ceiling = Math.min(MAX_WAIT_MS, MIN_WAIT_MS * 2 ** (attempt - 1));
  return ceiling / 2 + Math.random() * (ceiling / 2);
}

/** `Retry-After` in milliseconds: seconds, or a date. */
function parseRetryAfter(text: string | null): number | undefined {
  if (text === null) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
