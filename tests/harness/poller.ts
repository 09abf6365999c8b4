/** A program that keeps up with the customers by `changedSince`. */
import type { Customer, Foyer } from '../../sdk/src/index.ts';

/** What a poller knows: only what it received, and the time from which it asks next. */
export class Poller {
  readonly mirror = new Map<number, Customer>();
  readonly #foyer: Foyer;
  #changedSince: string | undefined;

  constructor(foyer: Foyer) {
    this.#foyer = foyer;
  }

  /** Asks once. If it leaves after `most` records it continues from there, as after a lost connection. */
  async poll(most = Number.POSITIVE_INFINITY): Promise<void> {
    const args = this.#changedSince === undefined ? {} : { changedSince: this.#changedSince };
    let seen = 0;
    for await (const customer of this.#foyer.exports.customers(args)) {
      this.mirror.set(customer.customerId, customer);
      this.#changedSince = customer.lastChanged;
      seen += 1;
      if (seen >= most) break;
    }
  }
}
