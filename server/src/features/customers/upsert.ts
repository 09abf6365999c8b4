/** The rule of an upsert: which customer it means, its violations, and what it writes. */
import { upsertInput } from '../../../../sdk/src/contract/customer-batches.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { WriteTransaction } from '../../db/transaction/write.ts';
import type { Caller } from '../../http/caller.ts';
import { type Checked, missing } from '../../http/wire/check.ts';
import { findClientTypes, giveClientTypes, type Wanted } from '../client-types/writes.ts';
import type { ClientTypesPolicy } from '../clients/tables.ts';
import type { CustomerRow } from './columns.ts';
import type { Finder } from './finder.ts';
import { type CustomerValues, inFieldOrder } from './rules.ts';
import { takenBy } from './taken.ts';
import { createCustomer, updateCustomer } from './writes.ts';

/** What an upsert did to a customer. */
export type Outcome = 'created' | 'updated' | 'unchanged';

export interface Upserted {
  readonly outcome: Outcome;
  readonly row: CustomerRow;
}

export interface Plan {
  /** The customer that is meant; `undefined` if one is to be created. */
  readonly customer: CustomerRow | undefined;
  /** The client-types that the customer should have, if they were sent. */
  readonly wanted: readonly Wanted[] | undefined;
  /** All violations, in the order of the fields. */
  readonly violations: readonly Violation[];
}

export interface Rights {
  /** May the caller know which customer a violation is about? */
  readonly tell: boolean;
  readonly clientTypes: ClientTypesPolicy;
}

export const rightsOf = ({ scopes, clientTypes }: Caller): Rights => ({
  tell: scopes.has('customers:read'),
  clientTypes,
});

/**
 * Finds out what a body, checked like that of an update, would do. It means the customer with its `customerExternalId`,
 * or else the one with its `email`; two different customers are refused. If there is none, one is created, and all
 * required fields must be there.
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

/** Does what was planned in the same transaction, if it has no violations. */
export async function carryOut(tx: WriteTransaction, plan: Plan, values: CustomerValues): Promise<Upserted> {
  const { customer, wanted } = plan;
  if (customer === undefined) {
    return { outcome: 'created', row: await createCustomer(tx, values, wanted) };
  }
  const written = await updateCustomer(tx, customer, values);
  const row = wanted === undefined ? written : await giveClientTypes(tx, written, wanted);
  return { outcome: row === customer ? 'unchanged' : 'updated', row };
}
