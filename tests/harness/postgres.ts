/**
 * The PostgreSQL of the tests: one server for a run of the suite (see setup.ts), a migrated template in it, and a clone
 * of that for each test file. The service runs as its lesser role, as it should in production.
 */
import { randomBytes } from 'node:crypto';
import { Client, types } from 'pg';

export const OWNER = 'foyer_owner';
export const SERVICE = 'foyer_service';
/** The password of both roles, on a server that nobody else can reach. */
export const PASSWORD = 'only-in-tests';
export const TEMPLATE = 'foyer_template';
/** A database with the roles, and no tables yet. */
export const EMPTY = 'foyer_empty';

// Our numbers stay below 2^53.
types.setTypeParser(types.builtins.INT8, Number);

/** The port of a pooler, if the service should reach its databases through one. */
export const POOLER_VARIABLE = 'FOYER_TEST_POOLER_PORT';
/** The server's address, for its superuser. */
export const ADMIN_VARIABLE = 'FOYER_TEST_ADMIN_URL';
/** The URLs of all nodes of a cluster, the coordinator first, as a JSON array; not set if there is one server. */
export const NODES_VARIABLE = 'FOYER_TEST_NODES';
/** The prefix of the names of a run's databases: another run may use the same server. */
export const RUN_VARIABLE = 'FOYER_TEST_RUN';

function adminUrl(): string {
  const url = process.env[ADMIN_VARIABLE];
  if (url === undefined)
    throw new Error('There is no PostgreSQL; run the tests by "ENGINE=postgres npm run test:suite".');
  return url;
}

/** The servers that a database is on: one, or the nodes of a cluster. */
export const serverUrls = (): string[] => JSON.parse(process.env[NODES_VARIABLE] ?? JSON.stringify([adminUrl()]));

/** Do the tests run on a cluster? */
export const isCluster = (): boolean => process.env[NODES_VARIABLE] !== undefined;

/** For `skip` of a test: on a cluster the reason, elsewhere `false`. */
export const skippedOnCluster = (why: string): string | false => isCluster() && why;

/** The URL of a database, for a role. */
export function urlOf(database: string, role?: string): string {
  const url = new URL(adminUrl());
  url.pathname = `/${database}`;
  if (role !== undefined) {
    url.username = role;
    url.password = PASSWORD;
    if (role === SERVICE) url.port = process.env[POOLER_VARIABLE] ?? url.port;
  }
  return url.href;
}

/** Runs a function with a superuser's connection to a database: it sees the rows of all clients. */
export const asAdmin = <T>(database: string, fn: (client: Client) => Promise<T>): Promise<T> =>
  asAdminOf(adminUrl(), database, fn);

/** The same on one of the servers. */
export async function asAdminOf<T>(server: string, database: string, fn: (client: Client) => Promise<T>): Promise<T> {
  const url = new URL(server);
  url.pathname = `/${database}`;
  const client = new Client({ connectionString: url.href });
  // A test may restart the server, or drop the database.
  client.on('error', () => {});
  await client.connect();
  try {
    return await fn(client);
  } finally {
    await client.end();
  }
}

const prefix = (): string => `foyer_test_${process.env[RUN_VARIABLE]}_`;

/** Makes a database; returns its name. */
export async function createDatabase(template: string): Promise<string> {
  const name = prefix() + randomBytes(6).toString('hex');
  for (const server of serverUrls()) {
    await asAdminOf(server, 'postgres', (client) =>
      client.query(`create database ${name} template ${template} owner ${OWNER}`),
    );
  }
  return name;
}

export async function dropDatabase(name: string): Promise<void> {
  for (const server of serverUrls()) {
    await asAdminOf(server, 'postgres', (client) => client.query(`drop database if exists ${name} with (force)`));
  }
}

/** Drops the databases that this run has left; returns their names. */
export async function dropDatabases(): Promise<string[]> {
  const { rows } = await asAdmin('postgres', (client) =>
    client.query('select datname from pg_database where starts_with(datname, $1)', [prefix()]),
  );
  const names = rows.map(({ datname }) => String(datname));
  for (const name of names) await dropDatabase(name);
  return names;
}
