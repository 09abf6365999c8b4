/** Makes the demo: its client, customers, key and sign-in link. */
import type { Store } from '../../db/store.ts';
import { setClientTypes } from '../client-types/writes.ts';
import { clientByName, listClients } from '../clients/queries.ts';
import { createClient } from '../clients/writes.ts';
import { createCustomer } from '../customers/writes.ts';
import { defaultScopes } from '../keys/rules.ts';
import { createKey } from '../keys/writes.ts';
import { linkUrl } from '../sessions/links.ts';
import { listRoles } from '../staff/queries.ts';
import { addMember, linkFor } from '../staff/writes.ts';
import { inventCustomers } from './invent.ts';

const CUSTOMERS = 200;
const NAME = 'demo';
const DEMO_EMAIL = 'demo@foyer.example';

export interface Demo {
  /** `undefined` if the database has clients, but not this one. */
  readonly clientId: number | undefined;
  /** Was it made just now? */
  readonly isNew: boolean;
}

/** Makes the client `demo` and its customers on an empty database; finds it on another. */
export async function makeDemo(store: Store): Promise<Demo> {
  const clients = await store.readInstallation((tx) => tx.all(listClients, {}));
  if (clients.length > 0) {
    const [demo] = await store.readInstallation((tx) => tx.all(clientByName, { name: NAME }));
    return { clientId: demo?.clientId, isNew: false };
  }
  const clientId = await createClient(store, { name: NAME, title: 'Demo Theatre' });
  await store.write({ clientId, actor: { kind: 'command', id: null } }, async (tx) => {
    for (const { values, clientTypes } of inventCustomers(CUSTOMERS)) {
      const customer = await createCustomer(tx, values);
      await setClientTypes(tx, customer, clientTypes, 'open');
    }
  });
  return { clientId, isNew: true };
}

/** Makes a key as `foyer key create demo` does. */
export async function makeDemoKey(store: Store, clientId: number): Promise<string> {
  const { key } = await createKey(store, { clientId, scopes: defaultScopes, label: NAME, expiresAt: null });
  return key;
}

/** Makes a one-time link that signs in to the console as the admin of the demo, who is created if needed. */
export async function makeDemoLink(store: Store, url: string): Promise<string> {
  const roles = await store.readInstallation((tx) => tx.all(listRoles, {}));
  if (!roles.some(({ email, client }) => email === DEMO_EMAIL && client === NAME))
    await addMember(store, { email: DEMO_EMAIL, client: NAME, role: 'admin', name: 'Demo' });
  return linkUrl(url, await linkFor(store, DEMO_EMAIL, 'sign-in'));
}
