/** Makes the databases of which the tests' databases are clones. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect } from '../../server/src/db/connect.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { postgresConfig } from './database.ts';
import { ADMIN_VARIABLE, asAdmin, EMPTY, OWNER, PASSWORD, RUN_VARIABLE, SERVICE, TEMPLATE } from './postgres.ts';

const roles = new URL('../../docs/postgres-roles.sql', import.meta.url);

/** Lets this process, and those that it starts, use a server; makes its templates. */
export async function useServer(adminUrl: string): Promise<void> {
  process.env[ADMIN_VARIABLE] = adminUrl;
  process.env[RUN_VARIABLE] ??= randomBytes(4).toString('hex');
  await makeTemplate(EMPTY);
  await makeTemplate(TEMPLATE);
  const engine = await connect(postgresConfig(TEMPLATE));
  await migrate(engine);
  await engine.close();
}

/** Makes a database in which both roles may do what they need. */
async function makeTemplate(name: string): Promise<void> {
  await asAdmin('postgres', async (client) => {
    await client.query(`drop database if exists ${name}`);
    await client.query(`create database ${name}`);
  });
  const sql = await readFile(roles, 'utf8');
  await asAdmin(name, async (client) => {
    await client.query(sql);
    for (const role of [OWNER, SERVICE]) await client.query(`alter role ${role} password '${PASSWORD}'`);
  });
}
