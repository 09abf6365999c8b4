/** Makes the templates of which the tests' databases are clones. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Client } from 'pg';
import { connect } from '../../server/src/db/connect.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { postgresConfig } from './database.ts';
import {
  ADMIN_VARIABLE,
  asAdmin,
  asAdminOf,
  EMPTY,
  isCluster,
  NODES_VARIABLE,
  OWNER,
  PASSWORD,
  RUN_VARIABLE,
  SERVICE,
  serverUrls,
  TEMPLATE,
} from './postgres.ts';

const roles = new URL('../../docs/postgres-roles.sql', import.meta.url);

/**
 * Lets this process and its children use a server, or the nodes of a cluster with the coordinator first; makes its
 * templates.
 */
export async function useServer(adminUrl: string, ...workers: string[]): Promise<void> {
  process.env[ADMIN_VARIABLE] = adminUrl;
  if (workers.length > 0) process.env[NODES_VARIABLE] = JSON.stringify([adminUrl, ...workers]);
  process.env[RUN_VARIABLE] ??= randomBytes(4).toString('hex');
  await makeTemplate(EMPTY);
  await makeTemplate(TEMPLATE);
  const engine = await connect(postgresConfig(TEMPLATE));
  await migrate(engine);
  await engine.close();
  if (isCluster()) for (const name of [EMPTY, TEMPLATE]) await rest(name);
}

/** Makes a database in which both roles may do what they need. */
async function makeTemplate(name: string): Promise<void> {
  for (const server of serverUrls()) {
    await asAdminOf(server, 'postgres', async (client) => {
      await client.query(`drop database if exists ${name}`);
      await client.query(`create database ${name}`);
    });
    if (isCluster()) await asAdminOf(server, name, (client) => client.query('create extension citus'));
  }
  const sql = await readFile(roles, 'utf8');
  await asAdmin(name, async (client) => {
    if (isCluster()) await join(client);
    await client.query(sql);
    for (const role of [OWNER, SERVICE]) await client.query(`alter role ${role} password '${PASSWORD}'`);
  });
}

/** Makes the coordinator and the other nodes one cluster. */
async function join(client: Client): Promise<void> {
  const [coordinator, ...workers] = serverUrls().map((url) => Number(new URL(url).port));
  await client.query(`select citus_set_coordinator_host('127.0.0.1', ${coordinator})`);
  for (const port of workers) await client.query(`select citus_add_node('127.0.0.1', ${port})`);
}

/** Nobody is in a database that is cloned: Citus keeps a process in each that takes connections. */
async function rest(name: string): Promise<void> {
  for (const server of serverUrls()) {
    await asAdminOf(server, 'postgres', async (client) => {
      await client.query(`alter database ${name} allow_connections false`);
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    });
  }
}
