/** Makes a database of many customers, as the service itself would have left it, in seconds instead of minutes. */
import { copyFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { readConfig } from '../server/src/config.ts';
import { connect } from '../server/src/db/connect.ts';
import { migrate } from '../server/src/db/migrate.ts';
import { Store } from '../server/src/db/store.ts';
import { createClient } from '../server/src/features/clients/writes.ts';
import { defaultScopes } from '../server/src/features/keys/rules.ts';
import { createKey } from '../server/src/features/keys/writes.ts';
import { takeIn } from '../server/src/features/search-index/take-in.ts';
import { type SeededTable, saveUsed, seedRows, usedValues } from './seed-rows.ts';

export interface SeededClient {
  readonly id: number;
  readonly name: string;
  /** A key with the default scopes. */
  readonly key: string;
}

/** A database that is ready to be served. */
export interface Seeded {
  /** Its address, for the server that serves it. */
  readonly url: string;
  /** The log file of that server. */
  readonly log: string;
  /** How many each client has. */
  readonly customers: number;
  readonly clients: readonly SeededClient[];
  /** How long it took to make the indexes of the search, in milliseconds. */
  readonly indexMs: number;
}

/** The same data twice: each server writes to its own. */
export interface Twins {
  readonly ceiling: Seeded;
  readonly foyer: Seeded;
}

const SQLITE = 'sqlite:';

/** The file of a SQLite database. */
export const pathOf = ({ url }: Seeded): string => url.slice(SQLITE.length);

/** Seeds the SQLite file `path`, which must not exist yet, with clients and a number of customers for each. */
export async function seed(path: string, customers: number, count = 1): Promise<Seeded> {
  const url = `${SQLITE}${path}`;
  const clients = await makeClients(url, count);
  const db = new DatabaseSync(path);
  db.exec('pragma synchronous = off; pragma cache_size = -1000000; pragma temp_store = file; begin');
  for (const { id } of clients) insertAll(db, id, customers);
  db.exec('commit');
  db.close();
  const indexMs = await makeIndexes(url, clients);
  return { url, log: `${path}.log`, customers, clients, indexMs };
}

/** The same for two servers. */
export async function seedTwins(folder: string, customers: number, clients = 1): Promise<Twins> {
  const foyer = await seed(`${folder}/foyer-${clients}.db`, customers, clients);
  const path = `${folder}/ceiling-${clients}.db`;
  copyFileSync(pathOf(foyer), path);
  return { foyer, ceiling: { ...foyer, url: `${SQLITE}${path}` } };
}

/** Makes the tables, and clients without customers, through the service's own code. */
export async function makeClients(url: string, count: number): Promise<SeededClient[]> {
  const engine = await connect(readConfig({ DATABASE_URL: url }).database);
  await migrate(engine);
  const store = new Store(engine);
  const clients: SeededClient[] = [];
  for (let number = 1; number <= count; number += 1) {
    const name = `bench-${number}`;
    const id = await createClient(store, { name });
    const { key } = await createKey(store, { clientId: id, scopes: defaultScopes, label: 'bench', expiresAt: null });
    clients.push({ id, name, key });
  }
  await store.close();
  return clients;
}

/**
 * Makes the indexes of the search, as the service would in the background. Resolves with the milliseconds that it took.
 */
export async function makeIndexes(url: string, clients: readonly SeededClient[]): Promise<number> {
  const began = performance.now();
  const store = new Store(await connect(readConfig({ DATABASE_URL: url }).database));
  for (const { id } of clients) while (JSON.parse(await store.index(id, takeIn, {})).isBehind);
  await store.close();
  return performance.now() - began;
}

function insertAll(db: DatabaseSync, clientId: number, customers: number): void {
  const inserts = {
    client_type: insertInto(db, 'client_type', 9),
    customer: insertInto(db, 'customer', 20),
    customer_change: insertInto(db, 'customer_change', 8),
    customer_client_type: insertInto(db, 'customer_client_type', 3),
  };
  const rows = seedRows(clientId, customers);
  let next = rows.next();
  for (; !next.done; next = rows.next()) inserts[next.value.table].run(...next.value.row);
  db.prepare(saveUsed.replaceAll(/\$\d/g, '?')).run(...usedValues(next.value, clientId));
}

/** The columns are in the order of the migration; with one too many or too few, the statement cannot be prepared. */
const insertInto = (db: DatabaseSync, table: SeededTable, columns: number) =>
  db.prepare(`insert into ${table} values (${Array(columns).fill('?').join(', ')})`);
