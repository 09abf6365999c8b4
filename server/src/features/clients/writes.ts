/** Makes clients, and changes their settings. */
import { randomBytes } from 'node:crypto';
import type { Store } from '../../db/store.ts';
import {
  type ClientSettings,
  clientByName,
  insertClient,
  insertCounters,
  lastClientId,
  updateClientSettings,
} from './queries.ts';
import { checkClientName, checkTimeZone, DEFAULT_TIME_ZONE, noSuchClient } from './rules.ts';
import type { ClientTypesPolicy, NameOrder } from './tables.ts';

export interface ClientOptions {
  readonly name: string;
  readonly title?: string;
  readonly timeZone?: string;
  readonly clientTypes?: ClientTypesPolicy;
  readonly nameOrder?: NameOrder;
}

/** Makes a client; returns its number. */
export async function createClient(store: Store, options: ClientOptions): Promise<number> {
  const name = checkClientName(options.name);
  const client = {
    name,
    title: options.title ?? name,
    timeZone: checkTimeZone(options.timeZone ?? DEFAULT_TIME_ZONE),
    clientTypes: options.clientTypes ?? 'open',
    nameOrder: options.nameOrder ?? 'nl',
    createdAt: Date.now(),
    secret: randomBytes(32).toString('hex'),
  };
  return store.writeInstallation(async (tx) => {
    tx.lockClients();
    const [taken] = await tx.all(clientByName, { name });
    if (taken !== undefined) throw new Error(`There is a client "${name}" already.`);
    const [highest] = await tx.all(lastClientId, {});
    const clientId = (highest?.last ?? 0) + 1;
    await tx.run(insertClient, { ...client, clientId });
    await tx.run(insertCounters, { clientId });
    return clientId;
  });
}

/** Changes the given settings of a client; a running service notices within seconds, as with a new key. */
export async function updateClient(store: Store, name: string, changes: Partial<ClientSettings>): Promise<void> {
  await store.writeInstallation(async (tx) => {
    const [client] = await tx.all(clientByName, { name });
    if (client === undefined) throw noSuchClient(name);
    const timeZone = checkTimeZone(changes.timeZone ?? client.timeZone);
    await tx.run(updateClientSettings, { ...client, ...changes, timeZone });
  });
}
