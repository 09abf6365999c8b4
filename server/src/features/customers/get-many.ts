/** Many customers at once, by their numbers and their addresses. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Customer } from '../../../../sdk/src/contract/customers.ts';
import type { Store } from '../../db/store.ts';
import { keyOfEmail } from '../../http/wire/email.ts';
import type { JsonText } from '../../http/wire/json.ts';
import type { CustomerRow } from './columns.ts';
import { customersByEmails, customersByIds } from './queries.ts';
import { presentCustomer } from './rules.ts';

/** How many are read and written at a time: others wait well under a millisecond for it. */
const SLICE = 128;

/** A customer for each number and address, in that order; `null` where there is none. */
export async function getMany(
  store: Store,
  { clientId, timeZone }: { readonly clientId: number; readonly timeZone: string },
  customerIds: readonly number[],
  emails: readonly string[],
): Promise<JsonText<(Customer | null)[]>> {
  const byId = async (ids: readonly number[]) => {
    const rows = await store.read(clientId, (tx) => tx.all(customersByIds, { ids: JSON.stringify(ids) }));
    return new Map(rows.map((row) => [row.customer_id, row]));
  };
  const byEmail = async (keys: readonly string[]) => {
    const rows = await store.read(clientId, (tx) => tx.all(customersByEmails, { keys: JSON.stringify(keys) }));
    return new Map(rows.map((row) => [keyOfEmail(row.email), row]));
  };
  const found = [
    ...(await inSlices(customerIds, byId, timeZone)),
    ...(await inSlices(emails.map(keyOfEmail), byEmail, timeZone)),
  ];
  return `[${found.join(',')}]`;
}

async function inSlices<K>(
  keys: readonly K[],
  read: (keys: readonly K[]) => Promise<ReadonlyMap<K, CustomerRow>>,
  timeZone: string,
): Promise<string[]> {
  const found: string[] = [];
  for (let at = 0; at < keys.length; at += SLICE) {
    const slice = keys.slice(at, at + SLICE);
    const rows = await read(slice);
    for (const key of slice) {
      const row = rows.get(key);
      found.push(row === undefined ? 'null' : presentCustomer(row, timeZone));
    }
    await turn();
  }
  return found;
}
