/** Work that the service does beside its requests, until it stops. What is left to do is in the database. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from './db/unavailable.ts';

const PAUSE_MS = 1000;

export class Background {
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #onError: (error: unknown, isTriedAgain: boolean) => void;

  constructor(onError: (error: unknown, isTriedAgain: boolean) => void) {
    this.#onError = onError;
  }

  /** Aborted when the service stops. */
  get stopping(): AbortSignal {
    return this.#stop.signal;
  }

  /**
   * Takes one step after another until one returns false, or until the service stops. A step that fails because the
   * database is unavailable is retried; any other error ends it. It never rejects: errors go to the function that was
   * given at construction.
   */
  run(step: () => Promise<boolean>): Promise<void> {
    const running = this.#run(step).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }

  async #run(step: () => Promise<boolean>): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        if (!(await step())) return;
      } catch (error) {
        const isTriedAgain = error instanceof Unavailable;
        this.#onError(error, isTriedAgain);
        if (!isTriedAgain) return;
        await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Does something now and then repeatedly, with a pause in milliseconds between, until the service stops. */
  async every(ms: number, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await work();
      await sleep(ms, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** Resolves when the steps that were under way are done. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }
}
