/**
 * Limits the readers that wait for changes, by events or for the next page: each holds a connection and some memory for
 * as long as it likes.
 */

import type { LimitsConfig } from '../../config.ts';

import type { Caller } from '../../http/caller.ts';
import { type Limit, ProblemError } from '../../http/problem.ts';

/** When a place will be free is unknown: a caller who is refused retries after this. */
const RETRY_SECONDS = '10';

export class Waiting {
  readonly #limits: Pick<LimitsConfig, 'readersOfKey' | 'readers'>;
  readonly #byCaller = new Map<string, number>();
  #all = 0;

  constructor(limits: Pick<LimitsConfig, 'readersOfKey' | 'readers'>) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#all;
  }

  get most(): number {
    return this.#limits.readers;
  }

  /**
   * Takes a place, or throws the problem if there is none; returns the function that frees it, which may be called
   * twice.
   */
  enter({ clientId, actor }: Caller): () => void {
    const caller = `${clientId}/${actor.kind}/${actor.id}`;
    const ofCaller = this.#byCaller.get(caller) ?? 0;
    const { readersOfKey: most, readers } = this.#limits;
    if (ofCaller >= most) throw refusal('readers-of-key', `This caller has ${most} readers that wait for changes.`);
    if (this.#all >= readers) throw refusal('readers', 'Too many readers wait for changes of this service.');
    this.#byCaller.set(caller, ofCaller + 1);
    this.#all += 1;
    let isFree = false;
    return () => {
      if (isFree) return;
      isFree = true;
      this.#leave(caller);
    };
  }

  #leave(caller: string): void {
    const left = (this.#byCaller.get(caller) ?? 1) - 1;
    if (left === 0) this.#byCaller.delete(caller);
    else this.#byCaller.set(caller, left);
    this.#all -= 1;
  }
}

const refusal = (limit: Limit & ('readers-of-key' | 'readers'), message: string): ProblemError =>
  new ProblemError(limit === 'readers' ? 'unavailable' : 'too-many-requests', {
    limit,
    message: `${message} Close one, or try again later.`,
    headers: { 'retry-after': RETRY_SECONDS },
  });
