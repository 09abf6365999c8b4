/**
 * The customers that earlier rows of the same file meant. Those that they wrote are known by their changes, also after
 * a kill; those that they left as they were only within a part: a list of all would take memory without end. Pure.
 */
import type { CustomerRow } from '../customers/columns.ts';

/** The number of a change that is not made: a dry run foresees it. */
export const FORESEEN = 0;

export class Met {
  readonly #written: Set<number>;
  readonly #others = new Set<number>();

  /** `written` are the customers whose last change this import made in earlier parts. */
  constructor(written: Iterable<number> = []) {
    this.#written = new Set(written);
  }

  /** Has an earlier row made the last change of this customer? */
  isWritten({ customer_id: id, change_number: change }: CustomerRow): boolean {
    return change === FORESEEN || this.#written.has(id);
  }

  has(customer: CustomerRow): boolean {
    return this.isWritten(customer) || this.#others.has(customer.customer_id);
  }

  noteWritten({ customer_id: id }: CustomerRow): void {
    this.#written.add(id);
  }

  noteUnchanged({ customer_id: id }: CustomerRow): void {
    this.#others.add(id);
  }
}
