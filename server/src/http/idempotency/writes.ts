/** How handlers write: once, where the request says by a key of its own which it is. */
import type { Store } from '../../db/store.ts';
import type { Principal } from '../../db/transaction/change.ts';
import type { WriteTransaction } from '../../db/transaction/write.ts';

/** How a request writes what it asks for. */
export interface Writes<Result> {
  /** Writes all that the request does in one transaction. What it gives is what is answered, and is kept with it. */
  write<R extends Result>(fn: (tx: WriteTransaction) => Promise<R>): Promise<R>;
  /** Writes a part of it; what it gives is kept, as JSON. A request that is sent again goes on behind the parts that are done. */
  part<T>(fn: (tx: WriteTransaction) => Promise<T>, weight?: number): Promise<T>;
  /** Says what file was sent, which is a part of the request. */
  received(digest: string): Promise<void>;
}

/** Those of a request without a key. */
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

  async received(): Promise<void> {}
}
