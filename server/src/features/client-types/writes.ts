/** Writes the client-types of a customer, with its change record. */
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { ClientTypesPolicy } from '../../db/schema.ts';
import { tagChange, type WriteTransaction } from '../../db/transaction.ts';
import { validationProblem } from '../../problem.ts';
import { foldCase } from '../../wire/text.ts';
import { type CustomerRow, updateTags } from '../customers/queries.ts';
import { type ClientTypeRow, clientTypeByKey, insertClientType, insertTag, removeTags } from './queries.ts';

interface Wanted extends ClientTypeRow {
  readonly isNew: boolean;
}

/**
 * Gives a customer exactly these client-types, in this order; repeats collapse to the first. Names are compared without
 * regard to case: one that the client has keeps its spelling, one that it has not is made, or refused when its list is closed.
 */
export async function setClientTypes(
  tx: WriteTransaction,
  customer: CustomerRow,
  names: readonly string[],
  policy: ClientTypesPolicy,
): Promise<string[]> {
  const wanted = await findClientTypes(tx, names, policy);
  const before: string[] = JSON.parse(customer.tags);
  const after = wanted.map((type) => type.name);
  // One that is new may be called like one that has retired, and that the customer still has.
  const isSame = before.length === after.length && before.every((name, at) => name === after[at]);
  if (isSame && !wanted.some(({ isNew }) => isNew)) return after;
  for (const { isNew, clientTypeId, name } of wanted) {
    if (!isNew) continue;
    await tx.run(insertClientType, { clientTypeId, name, nameKey: foldCase(name), createdAt: Date.now() });
  }
  const tags = wanted.map(({ clientTypeId }) => tagChange(insertTag, { clientTypeId }));
  const changed = { customerTags: [before, after] } as const;
  await tx.change('clienttypes', customer.customer_id, changed, updateTags, { tags: JSON.stringify(after) }, [
    tagChange(removeTags, {}),
    ...tags,
  ]);
  return after;
}

async function findClientTypes(
  tx: WriteTransaction,
  names: readonly string[],
  policy: ClientTypesPolicy,
): Promise<Wanted[]> {
  const wanted: Wanted[] = [];
  const unknown: Violation[] = [];
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    const nameKey = foldCase(name);
    if (seen.has(nameKey)) continue;
    seen.add(nameKey);
    const found = await tx.get(clientTypeByKey, { nameKey });
    if (found !== undefined) wanted.push({ ...found, isNew: false });
    else if (policy === 'open') wanted.push({ clientTypeId: await tx.next('clientTypeId'), name, isNew: true });
    else unknown.push(unknownName(`clienttypes.${index}`));
  }
  if (unknown.length > 0) throw validationProblem(unknown);
  return wanted;
}

const unknownName = (field: string): Violation => ({
  field,
  code: 'unknown',
  message: `The ${field} item is no client-type of this client, and its list is closed.`,
});
