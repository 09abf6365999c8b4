/**
 * Runs the tests of customers, client-types and exports through PgBouncer in transaction mode: `npm run check:pgbouncer`.
 *
 * It uses the `pgbouncer` that is installed, or else takes Debian's package, without installing it, into a folder of its own.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PASSWORD, POOLER_VARIABLE, SERVICE } from '../tests/harness/postgres.ts';
import { freePort, startServer } from '../tests/harness/server.ts';

const TESTS = [
  'customers/customers',
  'customers/fields',
  'client-types/client-types',
  'exports/exports',
  'changes/order',
].map((name) => `tests/${name}.test.ts`);
/** As many connections to PostgreSQL as share the requests of all processes. */
const POOL_SIZE = 5;
const NOBODY = 65_534;

interface Program {
  readonly path: string;
  readonly libraries: string;
}

/** Debian's package and those that it needs, taken apart below a folder. */
function unpack(folder: string): Program {
  const [state, cache] = ['state', 'cache'].map((name) => join(folder, name));
  for (const path of [`${state}/lists/partial`, `${cache}/archives/partial`]) mkdirSync(path, { recursive: true });
  const settings = [`Dir::State=${state}`, `Dir::Cache=${cache}`, 'Dir::State::status=/var/lib/dpkg/status'];
  const options = [...settings, 'Debug::NoLocking=1', 'APT::Sandbox::User='].flatMap((setting) => ['-o', setting]);
  execFileSync('apt-get', [...options, '-qq', 'update'], { stdio: 'inherit' });
  execFileSync('apt-get', [
    ...options,
    '-qq',
    '-y',
    '--no-install-recommends',
    '--download-only',
    'install',
    'pgbouncer',
  ]);
  const root = join(folder, 'root');
  for (const file of readdirSync(`${cache}/archives`)) {
    if (file.endsWith('.deb')) execFileSync('dpkg', ['-x', join(`${cache}/archives`, file), root]);
  }
  const libraries = readdirSync(`${root}/usr/lib`).filter((name) => name.endsWith('-linux-gnu'));
  return {
    path: join(root, 'usr/sbin/pgbouncer'),
    libraries: libraries.map((name) => join(root, 'usr/lib', name)).join(':'),
  };
}

/** Starts it before the server at a URL; gives the process. */
async function startPooler(program: Program, folder: string, serverUrl: string, port: number): Promise<ChildProcess> {
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
  const child = spawn(program.path, ['-q', join(folder, 'pgbouncer.ini')], {
    ...user,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, LD_LIBRARY_PATH: program.libraries },
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
const installed = spawnSync('pgbouncer', ['--version']).error === undefined;
const program = installed ? { path: 'pgbouncer', libraries: '' } : unpack(folder);
const server = await startServer();
const port = await freePort();
const pooler = await startPooler(program, folder, server.url, port);
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
