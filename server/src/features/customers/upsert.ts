/** The rule of an upsert: who is meant, what is wrong with it, and what is written. */
import { upsertInput } from '../../../../sdk/src/contract/customer-batches.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { ClientTypesPolicy } from '../../db/schema.ts';
import type { WriteTransaction } from '../../db/transaction/write.ts';
import type { Caller } from '../../http/caller.ts';
import { type Checked, missing } from '../../http/wire/check.ts';
import { findClientTypes, giveClientTypes, type Wanted } from '../client-types/writes.ts';
import type { CustomerRow } from './columns.ts';
import type { Finder } from './finder.ts';
import { type CustomerValues, inFieldOrder } from './rules.ts';
import { takenBy } from './taken.ts';
import { createCustomer, updateCustomer } from './writes.ts';

/** What became of a customer. */
export type Outcome = 'created' | 'updated' | 'unchanged';

export interface Upserted {
  readonly outcome: Outcome;
  readonly row: CustomerRow;
}

export interface Plan {
  /** Who is meant; nobody when one is to be made. */
  readonly customer: CustomerRow | undefined;
  /** The client-types that the customer is to have, when they were sent. */
  readonly wanted: readonly Wanted[] | undefined;
  /** All that is wrong, in the order of the fields. */
  readonly violations: readonly Violation[];
}

export interface Rights {
  /** May the caller know whom a violation is about? */
  readonly tell: boolean;
  readonly clientTypes: ClientTypesPolicy;
}

export const rightsOf = ({ scopes, clientTypes }: Caller): Rights => ({
  tell: scopes.has('customers:read'),
  clientTypes,
});

/**
 * Finds out what a body, checked as that of an update, would do. The customer that has its `customerExternalId` is meant, else
 * the one that has its `email`; when they are two it is refused. When there is none one is made, so that all that is required must be there.
 */
export async function planUpsert(
  finder: Finder,
  { values, violations: broken }: Checked<typeof upsertInput>,
  { tell, clientTypes }: Rights,
): Promise<Plan> {
  const byEmail = await finder.byEmail(values.email);
  const byReference = await finder.byReference(values.customerExternalId);
  const customer = byReference ?? byEmail;
  const violations = [...broken];
  if (customer === undefined) violations.push(...missing(upsertInput, values, broken));
  const isOwn = byReference?.email === values.email;
  if (!isOwn && byEmail && byReference && byEmail.customer_id !== byReference.customer_id) {
    violations.push(takenBy(byEmail, 'email', tell), takenBy(byReference, 'customerExternalId', tell));
  }
  const types = values.clienttypes && (await findClientTypes(finder.clientType, values.clienttypes, clientTypes));
  violations.push(...(types?.unknown ?? []));
  return { customer, wanted: types?.wanted, violations: inFieldOrder(violations) };
}

/** Does what was planned in the same transaction, without violations. */
export async function carryOut(tx: WriteTransaction, plan: Plan, values: CustomerValues): Promise<Upserted> {
  const { customer, wanted } = plan;
  if (customer === undefined) {
    return { outcome: 'created', row: await createCustomer(tx, values, wanted) };
  }
  const written = await updateCustomer(tx, customer, values);
  const row = wanted === undefined ? written : await giveClientTypes(tx, written, wanted);
  return { outcome: row === customer ? 'unchanged' : 'updated', row };
}
