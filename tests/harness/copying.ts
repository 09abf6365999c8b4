/** Installations worth copying, and their contents. */
import type { AddressInfo } from 'node:net';
import { createFoyer } from '../../sdk/src/index.ts';
import { buildApp } from '../../server/src/app.ts';
import type { DatabaseConfig } from '../../server/src/config.ts';
import { connect } from '../../server/src/db/connect.ts';
import { Store } from '../../server/src/db/store.ts';
import { createClient, updateClient } from '../../server/src/features/clients/writes.ts';
import { makeDemo } from '../../server/src/features/demo/make.ts';
import { createKey, revoke } from '../../server/src/features/keys/writes.ts';
import { addMember, removeMember } from '../../server/src/features/staff/writes.ts';
import { testConfig } from './config.ts';
import type { TestDatabase } from './database.ts';
import { allScopes } from './foyer.ts';

export const person = { email: 'jan@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' };

export async function withStore<T>(config: DatabaseConfig, fn: (store: Store) => Promise<T>): Promise<T> {
  const store = new Store(await connect(config));
  try {
    return await fn(store);
  } finally {
    await store.close();
  }
}

/** Serves a database, for as long as the function takes. */
export async function serving<T>(config: DatabaseConfig, fn: (url: string, store: Store) => Promise<T>): Promise<T> {
  const app = await buildApp(testConfig(config));
  await app.server.listen({ host: '127.0.0.1', port: 0 });
  try {
    return await fn(`http://127.0.0.1:${(app.server.server.address() as AddressInfo).port}`, app.store);
  } finally {
    await app.close();
  }
}

/** What a copy moves. */
const tables = [
  'client',
  'client_counter',
  'client_type',
  'customer',
  'customer_client_type',
  'customer_change',
  'change_gap',
  'api_key',
  'webhook',
  'staff_member',
  'staff_role',
  'import_job',
];

/** Every row of every table, beside the service. */
export async function everything(database: TestDatabase): Promise<unknown> {
  const rows = await Promise.all(tables.map((name) => database.rows(`select * from ${name} order by 1, 2, 3`)));
  // One engine returns rows without a prototype, the other returns 64-bit numbers as text.
  return rows.map((some) =>
    some.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)])),
    ),
  );
}

/** Makes clients, keys and customers of every kind through the service. Returns a key of the client fringe. */
export async function fill(config: DatabaseConfig): Promise<string> {
  return serving(config, async (baseUrl, store) => {
    await makeDemo(store);
    const clientId = await createClient(store, { name: 'fringe', title: 'Ф"r\\i\'n{g},e', timeZone: 'Asia/Tokyo' });
    await createClient(store, { name: 'empty', title: '' });
    const options = { clientId, scopes: allScopes, label: 'NULL', expiresAt: null };
    const { key } = await createKey(store, options);
    const { keyId } = await createKey(store, { ...options, label: '', expiresAt: Date.now() + 1e9 });
    await revoke(store, clientId, keyId);
    const { customers, clientTypes, webhooks } = createFoyer({ baseUrl, client: 'fringe', key, retries: 0 });
    const { customerId } = await customers.create({ ...person, customerExternalId: '007', customerCredit: -12.5 });
    await customers.create({
      ...person,
      email: 'ΟΔΟΣ@x.nl',
      customerCity: '’s-Gravenhage 🎭 {"a",\\}',
      customerZip: 'NULL',
    });
    await customers.update({ customerId, customerLastName: 'Šťastný', customerCredit: 9_999_999.99, customerCity: '' });
    await clientTypes.set({ customerId, clienttypes: ['Vriend', 'dónateur, "goud"'] });
    await clientTypes.set({ customerId, clienttypes: ['dónateur, "goud"'] });
    const { webhookId } = await webhooks.create({
      url: 'https://x.nl/',
      kinds: ['created'],
      payload: 'full',
      batch: 9,
    });
    // Stopped, so that the service on the copy does not change it.
    await webhooks.update({ webhookId, enabled: false, rotate: true });
    await addMember(store, { email: 'Sanne@x.nl', name: 'Sanne "de" Vries', client: 'fringe', role: 'editor' });
    await addMember(store, { email: 'sanne@x.nl', client: 'demo', role: 'viewer' });
    await addMember(store, { email: 'left@x.nl', client: 'demo', role: 'admin' });
    await removeMember(store, 'left@x.nl', 'demo');
    await updateClient(store, 'fringe', { clientTypes: 'closed' });
    return key;
  });
}
