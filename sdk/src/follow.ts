/** Following the feed of changes, through any failure that passes. */
import type { Change } from './contract/changes.ts';
import { FoyerError } from './errors.ts';
import { waitBefore } from './retry.ts';

const WAIT_SECONDS = 30;
/** How long the service may take beyond the time for which it was asked to wait. */
const SPARE_MS = 15_000;
const PAGE_CHANGES = 500;

export interface FollowOptions {
  /**
   * A cursor of the feed, or the number of the last change that you have; `now` for changes from now on. Without it:
   * from the first change that is kept.
   */
  readonly after?: string | number;
  /** Return each customer once only, at its last change, unless it was returned already. */
  readonly compact?: boolean;
  readonly signal?: AbortSignal;
}

interface Page {
  readonly changes: readonly Change[];
  readonly cursor: string;
}

/** Asks for one page of the feed. */
type Ask = (
  args: Readonly<Record<string, unknown>>,
  options: { timeout: number; retries: number; signal?: AbortSignal },
) => Promise<Page>;

/**
 * The changes as they happen, without end, until the signal is aborted. Temporary faults of the network or the service
 * are retried for as long as they last, each after the wait that the service asks for; permanent ones are thrown:
 * `gone`, `unauthorized`, ….
 */
export async function* follow(
  ask: Ask,
  { after, compact, signal }: FollowOptions = {},
): AsyncGenerator<Change, void, undefined> {
  let cursor = after === undefined ? undefined : String(after);
  for (let failures = 0; ; ) {
    // Turn `now` into a cursor first: otherwise each retry of a wait would begin at another moment.
    const wait = cursor === 'now' ? 0 : WAIT_SECONDS;
    const args = {
      limit: PAGE_CHANGES,
      wait,
      ...(cursor === undefined ? {} : { after: cursor }),
      ...(compact ? { compact } : {}),
    };
    const options = { timeout: wait * 1000 + SPARE_MS, retries: 0, ...(signal === undefined ? {} : { signal }) };
    let page: Page;
    try {
      page = await ask(args, options);
    } catch (error) {
      if (signal?.aborted) return;
      if (!(error instanceof FoyerError) || !isPassing(error)) throw error;
      failures += 1;
      await pause(waitBefore(failures, error.retryAfter), signal);
      continue;
    }
    failures = 0;
    for (const change of page.changes) {
      if (signal?.aborted) return;
      yield change;
    }
    cursor = page.cursor;
  }
}

/** Is it worth asking again? */
const isPassing = ({ code, status = 0 }: FoyerError): boolean =>
  code === 'network' || code === 'timeout' || status === 429 || status >= 500;

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
