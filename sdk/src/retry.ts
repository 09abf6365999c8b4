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

/** A call waits no longer than this, in milliseconds: asked to wait longer, it throws the error at once. */
export const MOST_PATIENCE_MS = 60_000;
/** A timer that is set for longer fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How long to wait, in milliseconds: as the answer asks, or longer at each attempt, random within the upper half. */
export function waitBefore(attempt: number, retryAfter: number | undefined): number {
  if (retryAfter !== undefined) return Math.min(LONGEST_TIMER_MS, retryAfter * 1000);
  const ceiling = Math.min(MAX_WAIT_MS, MIN_WAIT_MS * 2 ** (attempt - 1));
  return ceiling / 2 + Math.random() * (ceiling / 2);
}

/** `Retry-After` in seconds; it is a number of them, or a date. */
export function parseRetryAfter(text: string | null): number | undefined {
  if (text === null) return undefined;
  const seconds = /^\d+$/.test(text.trim()) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
