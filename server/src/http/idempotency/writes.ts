/** How handlers write: once for each `Idempotency-Key`, if the request has one. */
import type { HeavyWrite } from '../../db/heavy/job.ts';
import type { Store } from '../../db/store.ts';
import type { Principal } from '../../db/transaction/change.ts';
import type { WriteTransaction } from '../../db/transaction/write.ts';

/** How a request writes what it asks for. */
export interface Writes<Result> {
  /**
   * Writes all that the request does in one transaction. What `fn` returns is the answer, which is kept with its
   * effect.
   */
  write<R extends Result>(fn: (tx: WriteTransaction) => Promise<R>): Promise<R>;
  /**
   * Writes a part of it; what `fn` returns is kept, as JSON. A repeated request continues after the parts that are
   * done.
   */
  part<T>(fn: (tx: WriteTransaction) => Promise<T>, weight?: number): Promise<T>;
  /** The same for a part that is large: see `Store.writeHeavily`. */
  heavyPart<A>(write: HeavyWrite<A>, args: A, weight: number): Promise<string>;
  /** Says which file was sent; it is part of the request. */
  received(digest: string): Promise<void>;
}

/** The writes of a request without a key. */
export class PlainWrites implements Writes<unknown> {
  readonly #store: Store;
  readonly #principal: Principal;

  constructor(store: Store, principal: Principal) {
    this.#store = store;
    this.#principal = principal;
  }

  write<R>(fn: (tx: WriteTransaction) => Promise<R>): Promise<R> {
    return this.#store.write(this.#principal, fn);
  }

  part<T>(fn: (tx: WriteTransaction) => Promise<T>, weight?: number): Promise<T> {
    return this.#store.write(this.#principal, fn, weight);
  }

  heavyPart<A>(write: HeavyWrite<A>, args: A, weight: number): Promise<string> {
    return this.#store.writeHeavily(this.#principal, write, args, weight);
  }

  async received(): Promise<void> {}
}
