/** Writes the client-types of a customer, with its change record. */
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import { type DetailChange, detailChange } from '../../db/transaction/change.ts';
import type { ReadTransaction } from '../../db/transaction/read.ts';
import type { WriteTransaction } from '../../db/transaction/write.ts';
import { foldCase } from '../../http/wire/text.ts';
import { InvalidValues } from '../../refusals.ts';
import type { ClientTypesPolicy } from '../clients/tables.ts';
import type { CustomerRow } from '../customers/columns.ts';
import { updateTags } from '../customers/queries.ts';
import { type ClientTypeRow, clientTypeByKey, insertClientType, insertTag, removeTags, retiredOf } from './queries.ts';

export type FindClientType = (nameKey: string) => ClientTypeRow | undefined | Promise<ClientTypeRow | undefined>;

export const clientTypesIn =
  (tx: ReadTransaction): FindClientType =>
  (nameKey) =>
    tx.get(clientTypeByKey, { nameKey });

/** A client-type that a customer should have; one that is new to the client has no number. */
export interface Wanted {
  readonly clientTypeId: number | undefined;
  readonly name: string;
}

/**
 * The client-types with these names, in order; repeats collapse to the first. Names are compared without regard to
 * case: an existing one keeps its spelling; another is new, or unknown if the client's list is closed.
 */
export async function findClientTypes(
  find: FindClientType,
  names: readonly string[],
  policy: ClientTypesPolicy,
): Promise<{ readonly wanted: readonly Wanted[]; readonly unknown: readonly Violation[] }> {
  const wanted: Wanted[] = [];
  const unknown: Violation[] = [];
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    const nameKey = foldCase(name);
    if (seen.has(nameKey)) continue;
    seen.add(nameKey);
    const found = await find(nameKey);
    if (found !== undefined) wanted.push(found);
    else if (policy === 'open') wanted.push({ clientTypeId: undefined, name });
    else unknown.push(unknownName(`clienttypes.${index}`));
  }
  return { wanted, unknown };
}

/** Gives a customer exactly these client-types; if nothing changes, no change is recorded. */
export async function giveClientTypes(
  tx: WriteTransaction,
  customer: CustomerRow,
  wanted: readonly Wanted[],
): Promise<CustomerRow> {
  const before: string[] = JSON.parse(customer.tags);
  const after = wanted.map(({ name }) => name);
  const isSame = before.length === after.length && before.every((name, at) => name === after[at]);
  if (isSame && (before.length === 0 || !(await hasRetired(tx, customer)))) return customer;
  return recordTags(tx, customer, before, after, [detailChange(removeTags, {}), ...(await tagChanges(tx, wanted))]);
}

/** Then one that is wanted may have the same name as a retired one, which will soon be taken from the customer. */
const hasRetired = async (tx: ReadTransaction, { customer_id: customerId }: CustomerRow): Promise<boolean> =>
  (await tx.get(retiredOf, { customerId })) !== undefined;

/** Gives a customer client-types that it does not have, in addition to its own. */
export async function addClientTypes(
  tx: WriteTransaction,
  customer: CustomerRow,
  added: readonly Wanted[],
): Promise<CustomerRow> {
  if (added.length === 0) return customer;
  const before: string[] = JSON.parse(customer.tags);
  const after = [...before, ...added.map(({ name }) => name)];
  return recordTags(tx, customer, before, after, await tagChanges(tx, added));
}

async function recordTags(
  tx: WriteTransaction,
  customer: CustomerRow,
  before: readonly string[],
  after: readonly string[],
  details: readonly DetailChange[],
): Promise<CustomerRow> {
  const tags = JSON.stringify(after);
  const changed = { customerTags: [before, after] } as const;
  const stamp = await tx.change('clienttypes', customer.customer_id, changed, updateTags, { tags }, details);
  return { ...customer, tags, change_number: stamp.changeNumber, changed_at: stamp.changedAt };
}

/** The statements that give a customer these client-types, beside its row; new ones are created. */
export async function tagChanges(tx: WriteTransaction, wanted: readonly Wanted[]): Promise<DetailChange[]> {
  const changes: DetailChange[] = [];
  for (const type of wanted) {
    const clientTypeId = type.clientTypeId ?? (await makeClientType(tx, type.name));
    changes.push(detailChange(insertTag, { clientTypeId }));
  }
  return changes;
}

/** Finds the client-types with these names and gives them to a customer; rejects if one is unknown. */
export async function setClientTypes(
  tx: WriteTransaction,
  customer: CustomerRow,
  names: readonly string[],
  policy: ClientTypesPolicy,
): Promise<CustomerRow> {
  const { wanted, unknown } = await findClientTypes(clientTypesIn(tx), names, policy);
  if (unknown.length > 0) throw new InvalidValues(unknown);
  return giveClientTypes(tx, customer, wanted);
}

/** Creates a client-type with a name that is new to the client. */
export async function makeClientType(tx: WriteTransaction, name: string): Promise<number> {
  const clientTypeId = await tx.next('clientTypeId');
  await tx.run(insertClientType, { clientTypeId, name, nameKey: foldCase(name), createdAt: Date.now() });
  return clientTypeId;
}

const unknownName = (field: string): Violation => ({
  field,
  code: 'unknown',
  message: `The ${field} item is not a client-type of this client, and its list is closed.`,
});
