/** The endpoints of client-types: the list of a client, and those of a customer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Store } from '../../db/store.ts';
import type { ReadTransaction } from '../../db/transaction/read.ts';
import type { Caller } from '../../http/caller.ts';
import type { Serve } from '../../http/endpoint.ts';
import { Reply } from '../../http/operation.ts';
import type { JsonText } from '../../http/wire/json.ts';
import type { Tags } from '../../http/wire/tags.ts';
import { formatTime } from '../../http/wire/time.ts';
import type { CustomerRow } from '../customers/columns.ts';
import { noSuchCustomer } from '../customers/missing.ts';
import { customerById } from '../customers/queries.ts';
import { checkVersion, etagOf } from '../customers/version.ts';
import type { CarryOver } from './carry-over.ts';
import { listCounted } from './counted.ts';
import { noSuchClientType } from './missing.ts';
import type { CountedClientType } from './queries.ts';
import { removeByName, renameClientType } from './rename.ts';
import { setClientTypes } from './writes.ts';

const present = ({ name, customers, createdAt }: Omit<CountedClientType, 'nameKey'>, { timeZone }: Caller) => ({
  name,
  customers,
  createdAt: formatTime(createdAt, timeZone),
});

/** Their version is that of the customer: a caller who has the one may write the other. */
const tagsReply = (row: CustomerRow, { timeZone }: Caller): Reply<string[]> =>
  new Reply(row.tags as JsonText<string[]>, etagOf(row, timeZone));

/** The customer, in the version that the caller means to write. */
async function meant(
  tx: ReadTransaction,
  key: Caller,
  params: { readonly customerId: number },
  ifMatch: Tags | undefined,
): Promise<CustomerRow> {
  const customer = await tx.get(customerById, params);
  if (customer === undefined) throw noSuchCustomer();
  checkVersion(customer, key, ifMatch);
  return customer;
}

/** How long the answer waits for the customers of a client-type to be carried over. */
const PATIENCE_MS = 10_000;

export function clientTypeRoutes(serve: Serve, carryOver: CarryOver): void {
  const { list, rename, remove, get, set } = endpoints.clientTypes;

  /** All of them, sorted. */
  async function counted(store: Store, key: Caller): Promise<CountedClientType[]> {
    const all: CountedClientType[] = JSON.parse(await store.readHeavily(key, listCounted, {}));
    return all.sort((a, b) => (a.nameKey < b.nameKey ? -1 : 1));
  }

  serve(list, async ({ store, key }) => (await counted(store, key)).map((one) => present(one, key)));

  serve(rename, async ({ store, once, key, params, values }) => {
    const renamed = await once.part(async (tx) => {
      const type = await renameClientType(tx, params.clienttype, values.name ?? '', key.actor);
      if (type === undefined) throw noSuchClientType();
      return type;
    });
    await Promise.race([carryOver.run(key.clientId), sleep(PATIENCE_MS, undefined, { ref: false })]);
    const now = (await counted(store, key)).find(({ clientTypeId }) => clientTypeId === renamed.clientTypeId);
    // It may have been renamed again, or removed, meanwhile: then no customer has it.
    return present({ ...renamed, customers: now?.customers ?? 0 }, key);
  });

  serve(remove, async ({ store, key, params }) => {
    const isGone = await store.write(key, (tx) => removeByName(tx, params.clienttype, key.actor));
    if (!isGone) throw noSuchClientType();
    await Promise.race([carryOver.run(key.clientId), sleep(PATIENCE_MS, undefined, { ref: false })]);
    return undefined;
  });

  serve(get, async ({ store, key, params }) => {
    const row = await store.read(key.clientId, (tx) => tx.get(customerById, params));
    if (row === undefined) throw noSuchCustomer();
    return tagsReply(row, key);
  });

  serve(
    set,
    ({ once, key, params, values, ifMatch }) =>
      once.write(async (tx) => {
        const customer = await meant(tx, key, params, ifMatch);
        return tagsReply(await setClientTypes(tx, customer, values.clienttypes ?? [], key.clientTypes), key);
      }),
    ({ store, key, params, ifMatch }) =>
      store.read(key.clientId, async (tx) => {
        await meant(tx, key, params, ifMatch);
        return [];
      }),
  );
}
