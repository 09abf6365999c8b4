/** The rule of an upsert: who is meant, what is wrong with it, and what is written. */
import { upsertInput } from '../../../../sdk/src/contract/customers.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { ClientTypesPolicy } from '../../db/schema.ts';
import type { ReadTransaction, WriteTransaction } from '../../db/transaction.ts';
import { type Checked, missing } from '../../wire/check.ts';
import { keyOfEmail } from '../../wire/email.ts';
import { findClientTypes, giveClientTypes, type Wanted } from '../client-types/writes.ts';
import { type CustomerRow, customerByEmail, customerByExternalId } from './queries.ts';
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

/**
 * Finds out what a body, checked as that of an update, would do. The customer that has its `customerExternalId` is meant, else
 * the one that has its `email`; when they are two it is refused. When there is none one is made, so that all that is required must be there.
 */
export async function planUpsert(
  tx: ReadTransaction,
  { values, violations: broken }: Checked<typeof upsertInput>,
  { tell, clientTypes }: Rights,
): Promise<Plan> {
  const { byEmail, byReference } = await findMeant(tx, values);
  const customer = byReference ?? byEmail;
  const violations = [...broken];
  if (customer === undefined) violations.push(...missing(upsertInput, values, broken));
  const isOwn = byReference?.email === values.email;
  if (!isOwn && byEmail && byReference && byEmail.customer_id !== byReference.customer_id) {
    violations.push(takenBy(byEmail, 'email', tell), takenBy(byReference, 'customerExternalId', tell));
  }
  const types = values.clienttypes && (await findClientTypes(tx, values.clienttypes, clientTypes));
  violations.push(...(types?.unknown ?? []));
  return { customer, wanted: types?.wanted, violations: inFieldOrder(violations) };
}

/** Does what was planned in the same transaction, without violations. */
export async function carryOut(tx: WriteTransaction, plan: Plan, values: CustomerValues): Promise<Upserted> {
  const { customer, wanted } = plan;
  const written =
    customer === undefined ? await createCustomer(tx, values) : await updateCustomer(tx, customer, values);
  const row = wanted === undefined ? written : await giveClientTypes(tx, written, wanted);
  return { outcome: customer === undefined ? 'created' : row === customer ? 'unchanged' : 'updated', row };
}

async function findMeant(tx: ReadTransaction, { email, customerExternalId: externalId = '' }: CustomerValues) {
  const [byEmail, byReference] = await Promise.all([
    email === undefined ? undefined : tx.get(customerByEmail, { emailKey: keyOfEmail(email) }),
    externalId === '' ? undefined : tx.get(customerByExternalId, { externalId }),
  ]);
  return { byEmail, byReference };
}
