/** Lets a fixed number through at a time; the others wait in order of arrival, but not forever. */
export class Turnstile {
  #free: number;
  readonly #patienceMs: number;
  readonly #waiting = new Set<() => void>();

  constructor(places: number, patienceMs: number) {
    this.#free = places;
    this.#patienceMs = patienceMs;
  }

  /**
   * Returns whether there was a place in time, and before the signal; whoever got one must return it by `leave`.
   */
  async enter(signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted) return false;
    if (this.#free > 0) {
      this.#free -= 1;
      return true;
    }
    return new Promise((resolve) => {
      const decide = (isIn: boolean) => {
        clearTimeout(late);
        signal?.removeEventListener('abort', giveUp);
        this.#waiting.delete(pass);
        resolve(isIn);
      };
      const pass = () => decide(true);
      const giveUp = () => decide(false);
      const late = setTimeout(giveUp, this.#patienceMs);
      signal?.addEventListener('abort', giveUp);
      this.#waiting.add(pass);
    });
  }

  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
