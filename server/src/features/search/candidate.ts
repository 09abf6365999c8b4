/** A customer that is examined by itself. Pure. */
import type { NameOrder } from '../clients/tables.ts';
import type { CustomerRow } from '../customers/columns.ts';
import { type Document, documentOf, textOf, worthLearning } from '../search-index/document.ts';

/** What decides whether a customer matches, and its place in an order. */
export class Candidate {
  readonly customerId: number;
  readonly changedAt: number;
  readonly changeNumber: number;
  readonly credit: number;
  readonly phone: string;
  readonly tags: string;
  readonly #row: CustomerRow;
  readonly #nameOrder: NameOrder;
  #document: Document | undefined;
  #words: string | undefined;

  constructor(row: CustomerRow, nameOrder: NameOrder) {
    this.customerId = row.customer_id;
    this.changedAt = row.changed_at;
    this.changeNumber = row.change_number;
    this.credit = row.credit;
    this.phone = row.phone;
    this.tags = row.tags;
    this.#row = row;
    this.#nameOrder = nameOrder;
  }

  /** Computed on first use: it costs more than all else. */
  get #asDocument(): Document {
    this.#document ??= documentOf(this.#row, this.customerId, this.#nameOrder);
    return this.#document;
  }

  /** See `textOf`. */
  get words(): string {
    this.#words ??= textOf(this.#asDocument);
    return this.#words;
  }

  get name(): string {
    return this.#asDocument.name;
  }

  get learned(): readonly string[] {
    return worthLearning(this.#asDocument);
  }
}
