/**
 * Lets the database know how much its tables hold while an import fills them: PostgreSQL keeps the plans that it made
 * when they were empty, and those read whole tables. By itself it looks once a minute.
 */
import type { Store } from '../../db/store.ts';

/** Below this, any plan is quick. */
const FEWEST = 1000;
/** Tables that grew so much are looked at again: beside the import, and once more when it ends. */
const GROWN = 10;
const GROWN_AT_END = 2;

export class Growth {
  readonly #store: Store;
  readonly #onError: (error: unknown) => void;
  #known: number;
  #running: Promise<void> | undefined;

  /** `customers` is how many the client had before. */
  constructor(store: Store, customers: number, onError: (error: unknown) => void) {
    this.#store = store;
    this.#known = customers;
    this.#onError = onError;
  }

  grown(customers: number): void {
    if (this.#running === undefined) this.#look(customers, GROWN);
  }

  async ended(customers: number): Promise<void> {
    await this.#running;
    this.#look(customers, GROWN_AT_END);
    await this.#running;
  }

  #look(customers: number, factor: number): void {
    if (customers < FEWEST || customers < factor * this.#known) return;
    this.#known = customers;
    this.#running = this.#store
      .analyse()
      .catch(this.#onError)
      .finally(() => {
        this.#running = undefined;
      });
  }
}
