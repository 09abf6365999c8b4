/** Opens the database for a command. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type DatabaseConfig, readConfig } from '../config.ts';
import { connect } from '../db/connect.ts';
import type { Engine } from '../db/engine.ts';
import { migrate } from '../db/migrate.ts';
import { Store } from '../db/store.ts';
import { clientByName } from '../features/clients/queries.ts';
import { noSuchClient } from '../features/clients/rules.ts';

/** Runs a command on the database that the settings name, and closes it. A missing file is created. */
export async function withEngine<T>(
  fn: (engine: Engine) => Promise<T>,
  database: DatabaseConfig = readConfig().database,
): Promise<T> {
  const engine = await connect(database);
  try {
    return await fn(engine);
  } finally {
    await engine.close();
  }
}

/** The same on an existing database, with its schema brought up to date. */
export async function withStore<T>(fn: (store: Store) => Promise<T>): Promise<T> {
  const { database } = readConfig();
  if (database.engine === 'sqlite' && !existsSync(database.path)) throw new Error(noSuchFile(database.path));
  return onStore(fn, database);
}

/** The same, creating the database if there is none. */
export const withNewStore = <T>(fn: (store: Store) => Promise<T>): Promise<T> => onStore(fn);

const onStore = <T>(fn: (store: Store) => Promise<T>, database?: DatabaseConfig): Promise<T> =>
  withEngine(async (engine) => {
    await migrate(engine);
    return fn(new Store(engine));
  }, database);

const noSuchFile = (path: string): string =>
  `There is no database file ${resolve(path)}. DATABASE_URL says where it is, ` +
  'from the folder in which the command is run; "foyer client create NAME" makes one.';

/** The client with a name, or an error that says what to do. */
export async function findClient(store: Store, name: string): Promise<{ clientId: number; timeZone: string }> {
  const [client] = await store.readInstallation((tx) => tx.all(clientByName, { name }));
  if (client !== undefined) return client;
  throw noSuchClient(name);
}
