import { readConfig } from '../config.ts';
import { connect } from '../db/connect.ts';
import type { Engine } from '../db/engine.ts';
import { migrate } from '../db/migrate.ts';
import { Store } from '../db/store.ts';
import { clientByName } from '../features/clients/queries.ts';
import { noSuchClient } from '../features/clients/rules.ts';

/** Runs a command on the database that the settings name, and closes it. */
export async function withEngine<T>(fn: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await connect(readConfig().database);
  try {
    return await fn(engine);
  } finally {
    await engine.close();
  }
}

/** The same, with the schema brought up to date. */
export function withStore<T>(fn: (store: Store) => Promise<T>): Promise<T> {
  return withEngine(async (engine) => {
    await migrate(engine);
    return fn(new Store(engine));
  });
}

/** The client of a name, or an error that says what to do. */
export async function findClient(store: Store, name: string): Promise<{ clientId: number; timeZone: string }> {
  const [client] = await store.readInstallation((tx) => tx.all(clientByName, { name }));
  if (client !== undefined) return client;
  throw noSuchClient(name);
}
