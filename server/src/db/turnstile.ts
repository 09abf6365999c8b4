/** Lets a fixed number through at a time; the others wait in order of arrival, but not forever. */
export class Turnstile {
  #free: number;
  readonly #patienceMs: number;
  readonly #waiting = new Set<() => void>();

  constructor(places: number, patienceMs: number) {
    this.#free = places;
    this.#patienceMs = patienceMs;
  }

  /** Returns whether there was a place in time; whoever got one must return it by `leave`. */
  async enter(): Promise<boolean> {
    if (this.#free > 0) {
      this.#free -= 1;
      return true;
    }
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        this.#waiting.delete(pass);
        resolve(false);
      }, this.#patienceMs);
      const pass = () => {
        clearTimeout(late);
        resolve(true);
      };
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
