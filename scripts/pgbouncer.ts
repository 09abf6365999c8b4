/**
 * Runs the tests of customers, client-types and exports through PgBouncer in transaction mode: `npm run
 * check:pgbouncer`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PASSWORD, POOLER_VARIABLE, SERVICE } from '../tests/harness/postgres.ts';
import { freePort, startServer } from '../tests/harness/server.ts';
import { findPrograms, type Programs } from './debian.ts';

const TESTS = [
  'customers/customers',
  'customers/fields',
  'client-types/client-types',
  'exports/exports',
  'changes/order',
].map((name) => `tests/${name}.test.ts`);
/** How many connections to PostgreSQL all processes share. */
const POOL_SIZE = 5;
const NOBODY = 65_534;

/** Starts it in front of the server at a URL; returns the process. */
async function startPooler(programs: Programs, folder: string, serverUrl: string, port: number): Promise<ChildProcess> {
  writeFileSync(join(folder, 'users.txt'), `"${SERVICE}" "${PASSWORD}"\n`);
  const settings = [
    '[databases]',
    `* = host=127.0.0.1 port=${new URL(serverUrl).port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = plain',
    `auth_file = ${join(folder, 'users.txt')}`,
    'pool_mode = transaction',
    `default_pool_size = ${POOL_SIZE}`,
    'max_client_conn = 500',
  ];
  writeFileSync(join(folder, 'pgbouncer.ini'), `${settings.join('\n')}\n`);
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const child = spawn(programs.path('pgbouncer'), ['-q', join(folder, 'pgbouncer.ini')], {
    ...user,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...programs.environment },
  });
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`PgBouncer ended with ${child.exitCode}`);
    await sleep(20);
  }
  return child;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'foyer-pgbouncer-'));
chmodSync(folder, 0o755);
const programs = findPrograms(['pgbouncer'], folder);
const server = await startServer();
const port = await freePort();
const pooler = await startPooler(programs, folder, server.url, port);
// Not `spawnSync`: PostgreSQL would wait for this process to read its log.
const tests = spawn(
  process.execPath,
  ['--test', '--test-concurrency=2', '--test-global-setup=tests/harness/setup.ts', ...TESTS],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      ENGINE: 'postgres',
      TEST_DATABASE_URL: server.url,
      [POOLER_VARIABLE]: String(port),
      DATABASE_PREPARED_STATEMENTS: process.env.DATABASE_PREPARED_STATEMENTS ?? 'off',
    },
  },
);
const [status] = await once(tests, 'exit');
const ended = once(pooler, 'exit');
pooler.kill('SIGTERM');
pooler.kill('SIGINT');
await Promise.race([ended, sleep(2000).then(() => pooler.kill('SIGKILL'))]);
await server.stop();
rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;
