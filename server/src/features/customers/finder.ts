/** Where an upsert looks up the customer that it means, and the client-types. */
import type { upsertInput } from '../../../../sdk/src/contract/customer-batches.ts';
import type { ReadTransaction } from '../../db/transaction/read.ts';
import type { Checked } from '../../http/wire/check.ts';
import { keyOfEmail } from '../../http/wire/email.ts';
import { foldCase } from '../../http/wire/text.ts';
import { type ClientTypeRow, clientTypesByKeys } from '../client-types/queries.ts';
import { clientTypesIn, type FindClientType } from '../client-types/writes.ts';
import type { CustomerRow } from './columns.ts';
import { Known } from './known.ts';
import { customerByEmail, customerByExternalId } from './queries.ts';

type Found = CustomerRow | undefined | Promise<CustomerRow | undefined>;

export interface Finder {
  byEmail(email: string | undefined): Found;
  byReference(externalId: string | undefined): Found;
  clientType: FindClientType;
}

/** Queries the tables for each upsert. */
export const tables = (tx: ReadTransaction): Finder => ({
  byEmail: (email) => (email ? tx.get(customerByEmail, { emailKey: keyOfEmail(email) }) : undefined),
  byReference: (externalId) => (externalId ? tx.get(customerByExternalId, { externalId }) : undefined),
  clientType: clientTypesIn(tx),
});

/** Has read everything that a list of upserts names; `put` keeps it in step with what they do. */
export async function foreknowing(
  tx: ReadTransaction,
  all: readonly Checked<typeof upsertInput>[],
): Promise<Finder & { put: Known['put'] }> {
  const [known, types] = await Promise.all([Known.of(tx, all), typesOf(tx, all)]);
  const ask = clientTypesIn(tx);
  return {
    byEmail: (email) => known.byEmail(email),
    byReference: (externalId) => known.byReference(externalId),
    put: (before, after) => known.put(before, after),
    // A missing one may have been created since.
    clientType: (nameKey) => types.get(nameKey) ?? ask(nameKey),
  };
}

async function typesOf(
  tx: ReadTransaction,
  all: readonly Checked<typeof upsertInput>[],
): Promise<Map<string, ClientTypeRow>> {
  const keys = new Set(all.flatMap(({ values }) => (values.clienttypes ?? []).map(foldCase)));
  if (keys.size === 0) return new Map();
  const types = await tx.all(clientTypesByKeys, { keys: JSON.stringify([...keys]) });
  return new Map(types.map((type) => [type.nameKey, type]));
}
