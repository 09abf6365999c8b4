/** The writes of a customer, each with its change record. */
import type { WriteTransaction } from '../../db/transaction/write.ts';
import { keyOfEmail } from '../../http/wire/email.ts';
import { tagChanges, type Wanted } from '../client-types/writes.ts';
import { type CustomerRow, noCustomer } from './columns.ts';
import { insertCustomer, updateCustomerIdentity, updateCustomer as updateCustomerPlain } from './queries.ts';
import { apply, type CustomerValues } from './rules.ts';

/** Creates a customer, with its client-types; the values hold all required fields. */
export async function createCustomer(
  tx: WriteTransaction,
  values: CustomerValues,
  wanted: readonly Wanted[] = [],
): Promise<CustomerRow> {
  const { after, changed } = apply(noCustomer, values);
  const names = wanted.map(({ name }) => name);
  const tags = JSON.stringify(names);
  const all = names.length === 0 ? changed : { ...changed, customerTags: [[], names] as const };
  const parameters = { ...after, emailKey: keyOfEmail(after.email), tags };
  const stamp = await tx.create(all, insertCustomer, parameters, await tagChanges(tx, wanted));
  return {
    ...after,
    customer_id: stamp.customerId,
    change_number: stamp.changeNumber,
    changed_at: stamp.changedAt,
    tags,
  };
}

/** Writes values over a customer; if nothing changes, no change is recorded. */
export async function updateCustomer(
  tx: WriteTransaction,
  before: CustomerRow,
  values: CustomerValues,
): Promise<CustomerRow> {
  const { after, changed, isChanged } = apply(before, values);
  if (!isChanged) return before;
  const id = before.customer_id;
  const emailKey = after.email === before.email ? null : keyOfEmail(after.email);
  const stamp =
    emailKey === null && after.external_id === before.external_id
      ? await tx.change('updated', id, changed, updateCustomerPlain, after)
      : await tx.change('updated', id, changed, updateCustomerIdentity, { ...after, emailKey });
  return { ...before, ...after, change_number: stamp.changeNumber, changed_at: stamp.changedAt };
}
