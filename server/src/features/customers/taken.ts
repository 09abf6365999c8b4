import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { ReadTransaction } from '../../db/transaction.ts';
import { foldCase } from '../../wire/text.ts';
import { customerWithEmail, customerWithExternalId } from './queries.ts';
import type { CustomerValues } from './rules.ts';

/**
 * A violation for each unique value that another customer has; `self` is the customer that may have it.
 * `tell` says whether the caller may know who that is.
 */
export async function findTaken(
  tx: ReadTransaction,
  values: CustomerValues,
  self: number | undefined,
  tell: boolean,
): Promise<Violation[]> {
  const { email, customerExternalId: externalId } = values;
  const violations: Violation[] = [];
  const report = (field: string, what: string, found: { customer_id: number } | undefined) => {
    if (found === undefined || found.customer_id === self) return;
    const message = `The ${field} field holds ${what} that another customer has already.`;
    violations.push({ field, code: 'taken', message, ...(tell ? { customerId: found.customer_id } : {}) });
  };
  if (email !== undefined) {
    report('email', 'an e-mail address', await tx.get(customerWithEmail, { emailKey: foldCase(email) }));
  }
  if (externalId !== undefined && externalId !== '') {
    report('customerExternalId', 'a reference', await tx.get(customerWithExternalId, { externalId }));
  }
  return violations;
}
