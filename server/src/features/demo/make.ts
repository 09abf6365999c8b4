import { scopes as allScopes, type Scope } from '../../../../sdk/src/contract/endpoint.ts';
import type { Store } from '../../db/store.ts';
import { setClientTypes } from '../client-types/writes.ts';
import { listClients } from '../clients/queries.ts';
import { createClient } from '../clients/writes.ts';
import { createCustomer } from '../customers/writes.ts';
import { createKey } from '../keys/writes.ts';
import { inventCustomers } from './invent.ts';

const CUSTOMERS = 200;

/** Makes the client `demo` and its customers on an empty database; gives its key, or nothing when there are clients. */
export async function makeDemo(store: Store): Promise<string | undefined> {
  const clients = await store.readInstallation((tx) => tx.all(listClients, {}));
  if (clients.length > 0) return undefined;
  const clientId = await createClient(store, { name: 'demo', title: 'Demo Theatre' });
  await store.write({ clientId, actor: { kind: 'command', id: null } }, async (tx) => {
    for (const { values, clientTypes } of inventCustomers(CUSTOMERS)) {
      const customer = await createCustomer(tx, values);
      await setClientTypes(tx, customer, clientTypes, 'open');
    }
  });
  const scopes = Object.keys(allScopes) as Scope[];
  const { key } = await createKey(store, { clientId, scopes, label: 'demo', expiresAt: null });
  return key;
}
