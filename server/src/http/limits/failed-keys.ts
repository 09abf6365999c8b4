/** Invalid keys, counted by the address from which they come: beyond a number in a minute none is looked up. */
import { LruMap } from 'toad-cache';
import { ProblemError } from '../problem.ts';
import { networkOf } from '../wire/network.ts';

const WINDOW_MS = 60_000;
/**
 * Attempts in a window: far more than a program with a wrong key makes by mistake, far fewer than would keep the
 * database busy.
 */
const MOST = 5000;
/** Beyond this many addresses the oldest is forgotten, so that memory does not grow. */
const MOST_NETWORKS = 10_000;

interface Failures {
  count: number;
  readonly until: number;
}

export class FailedKeys {
  readonly #byNetwork = new LruMap<Failures>(MOST_NETWORKS, WINDOW_MS);

  /**
   * Counts an attempt before the key is looked up, so that many at once are counted too; throws if there were too many.
   * Returns a function that takes the attempt back if the key is valid.
   */
  enter(address: string): () => void {
    const network = networkOf(address);
    const now = performance.now();
    let failures = this.#byNetwork.get(network);
    if (failures === undefined || failures.until <= now) {
      failures = { count: 0, until: now + WINDOW_MS };
      this.#byNetwork.set(network, failures);
    }
    if (failures.count >= MOST) throw tooMany(failures.until - now);
    failures.count += 1;
    const entered = failures;
    return () => {
      entered.count -= 1;
    };
  }
}

const tooMany = (leftMs: number): ProblemError =>
  new ProblemError('too-many-requests', {
    limit: 'failed-keys',
    message: 'Too many invalid API keys were sent from this address. Check the key that you send.',
    headers: { 'retry-after': String(Math.ceil(leftMs / 1000)) },
  });
