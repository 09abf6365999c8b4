/** The rule that some values are unique within a client. */
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { ReadTransaction } from '../../db/transaction/read.ts';
import { keyOfEmail } from '../../http/wire/email.ts';
import type { CustomerRow } from './columns.ts';
import { customerWithEmail, customerWithExternalId } from './queries.ts';
import type { CustomerValues } from './rules.ts';

/**
 * A violation for each unique value that another customer has; `self` is the customer that may have it.
 * `tell` says whether the caller may know which customer that is.
 */
export async function findTaken(
  tx: ReadTransaction,
  values: CustomerValues,
  self: CustomerRow | undefined,
  tell: boolean,
): Promise<Violation[]> {
  const { email, customerExternalId: externalId } = values;
  const violations: Violation[] = [];
  const report = (field: UniqueField, found: { customer_id: number } | undefined) => {
    if (found !== undefined && found.customer_id !== self?.customer_id) violations.push(takenBy(found, field, tell));
  };
  // A customer may keep its own values, even if two have had one address since addresses are compared differently.
  if (email !== undefined && email !== self?.email)
    report('email', await tx.get(customerWithEmail, { emailKey: keyOfEmail(email) }));
  if (externalId !== undefined && externalId !== '') {
    report('customerExternalId', await tx.get(customerWithExternalId, { externalId }));
  }
  return violations;
}

const uniqueFields = { email: 'an e-mail address', customerExternalId: 'a reference' } as const;
type UniqueField = keyof typeof uniqueFields;

/** Says that another customer has the value of a field, and which one, if the caller may know. */
export function takenBy({ customer_id }: { customer_id: number }, field: UniqueField, tell: boolean): Violation {
  const message = `The ${field} field holds ${uniqueFields[field]} that another customer has already.`;
  return { field, code: 'taken', message, ...(tell ? { customerId: customer_id } : {}) };
}
