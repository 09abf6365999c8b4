/** The customers that many records may mean, read at once, and kept in step with what the records do to them. */
import type { ReadTransaction } from '../../db/transaction/read.ts';
import { keyOfEmail } from '../../http/wire/email.ts';
import type { CustomerRow } from './columns.ts';
import { customersByEmails, customersByIds, customersByReferences } from './queries.ts';
import type { CustomerValues } from './rules.ts';

/** The keys that identify a customer. */
export interface Naming {
  readonly values: Pick<CustomerValues, 'email' | 'customerExternalId'>;
  readonly customerId?: number | undefined;
}

export class Known {
  readonly #byEmail = new Map<string, CustomerRow>();
  readonly #byReference = new Map<string, CustomerRow>();
  readonly #byId = new Map<number, CustomerRow>();

  /** Reads all customers that records name by address, reference or number. */
  static async of(tx: ReadTransaction, records: readonly Naming[]): Promise<Known> {
    const emails = new Set<string>();
    const references = new Set<string>();
    const ids = new Set<number>();
    for (const { values, customerId } of records) {
      if (values.email) emails.add(keyOfEmail(values.email));
      if (values.customerExternalId) references.add(values.customerExternalId);
      if (customerId !== undefined) ids.add(customerId);
    }
    const list = (keys: ReadonlySet<string | number>) => JSON.stringify([...keys]);
    const found = await Promise.all([
      emails.size === 0 ? [] : tx.all(customersByEmails, { keys: list(emails) }),
      references.size === 0 ? [] : tx.all(customersByReferences, { keys: list(references) }),
      ids.size === 0 ? [] : tx.all(customersByIds, { ids: list(ids) }),
    ]);
    const known = new Known();
    // Those that were found by their address come first: it leads to no other.
    for (const row of found.flat()) known.put(undefined, row);
    return known;
  }

  byEmail(email: string | undefined): CustomerRow | undefined {
    return email ? this.#byEmail.get(keyOfEmail(email)) : undefined;
  }

  byReference(reference: string | undefined): CustomerRow | undefined {
    return reference ? this.#byReference.get(reference) : undefined;
  }

  byId(customerId: number | undefined): CustomerRow | undefined {
    return customerId === undefined ? undefined : this.#byId.get(customerId);
  }

  /** The numbers of the customers. */
  get ids(): readonly number[] {
    return [...this.#byId.keys()];
  }

  /** Puts later states of customers in place of those that were read. */
  supersede(rows: readonly CustomerRow[]): void {
    // All that were read go first: one may have now what another had then.
    for (const { customer_id: id } of rows) this.#forget(this.#byId.get(id));
    for (const row of rows) this.put(undefined, row);
  }

  /** Does its address lead to this customer? Two may have had one since addresses are compared differently. */
  isFoundByEmail(row: CustomerRow): boolean {
    return this.byEmail(row.email)?.customer_id === row.customer_id;
  }

  #forget(row: CustomerRow | undefined): void {
    if (row === undefined) return;
    if (this.isFoundByEmail(row)) this.#byEmail.delete(keyOfEmail(row.email));
    if (row.external_id !== null) this.#byReference.delete(row.external_id);
  }

  /** Notes that a customer has changed. */
  put(before: CustomerRow | undefined, after: CustomerRow): void {
    this.#forget(before);
    const id = this.byEmail(after.email)?.customer_id ?? after.customer_id;
    if (id === after.customer_id) this.#byEmail.set(keyOfEmail(after.email), after);
    if (after.external_id !== null) this.#byReference.set(after.external_id, after);
    this.#byId.set(after.customer_id, after);
  }
}
