/**
 * The tests' own Citus: a coordinator and two workers on loopback, with an installed PostgreSQL that has the extension.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './server.ts';
import { LOG_PREFIX } from './statements.ts';

const LIBRARIES = '/usr/lib/postgresql';

/** Set if the tests should run on a cluster. */
export const CLUSTER_VARIABLE = 'FOYER_TEST_CLUSTER';

export interface ClusterNode {
  /** As its superuser reaches it. */
  readonly url: string;
  readonly port: number;
  /** Ends it like a machine that loses power. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Makes a base backup, while the server runs. It must have an archive. */
  backUp(): Promise<void>;
  /** Stops it, and starts it from its base backup, up to a restore point. */
  restore(point: string): Promise<void>;
}

export interface Cluster extends AsyncDisposable {
  /** The coordinator comes first. */
  readonly nodes: readonly ClusterNode[];
}

export interface ClusterOptions {
  readonly workers?: number;
  /** Whether a commit waits for the disk. */
  readonly isDurable?: boolean;
  /** Whether each server keeps its write-ahead log, as base backups need. */
  readonly hasArchive?: boolean;
  /** Called with the coordinator's log of the statements that it runs. */
  readonly onLog?: (piece: string) => void;
}

/** Where the programs of a PostgreSQL with Citus are; `undefined` if there is none. */
export function citusPrograms(): string | undefined {
  const versions = existsSync(LIBRARIES) ? readdirSync(LIBRARIES) : [];
  const fitting = versions.filter((version) => existsSync(join(LIBRARIES, version, 'lib/citus.so')));
  const last = fitting.sort((one, other) => Number(one) - Number(other)).at(-1);
  return last && join(LIBRARIES, last, 'bin');
}

/** When run by root, PostgreSQL runs as another user. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (what: string) => Number(execFileSync('id', [what, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { workers = 2, onLog, ...rest } = options;
  const programs = citusPrograms();
  if (programs === undefined) throw new Error('There is no PostgreSQL with Citus; see CONTRIBUTING.md.');
  await using made = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'foyer-citus-'));
  chmodSync(folder, 0o755);
  made.defer(() => rmSync(folder, { recursive: true, force: true }));
  const nodes: ClusterNode[] = [];
  for (let at = 0; at <= workers; at += 1) {
    const node = await makeNode(
      programs,
      join(folder, `node${at}`),
      at === 0 && onLog !== undefined ? { ...rest, onLog } : rest,
    );
    made.defer(() => node.stop());
    nodes.push(node);
  }
  const kept = made.move();
  return { nodes, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function makeNode(
  programs: string,
  data: string,
  { isDurable = false, hasArchive = false, onLog }: ClusterOptions,
): Promise<ClusterNode & { stop(): Promise<void> }> {
  const user = serverUser();
  const [archive, backup] = [`${data}-archive`, `${data}-backup`];
  const own = (path: string): void => {
    if (user !== undefined) chownSync(path, user.uid, user.gid);
  };
  for (const folder of [data, archive, backup]) {
    mkdirSync(folder, { mode: 0o700 });
    own(folder);
  }
  const initdb = ['-D', data, '-A', 'trust', '-U', 'postgres', '--encoding=UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(programs, 'initdb'), initdb, { ...user, stdio: 'ignore' });
  const port = await freePort();
  const settings = [
    "shared_preload_libraries = 'citus'",
    `port = ${port}`,
    "listen_addresses = '127.0.0.1'",
    "unix_socket_directories = ''",
    'max_connections = 300',
    'max_prepared_transactions = 300',
    'max_worker_processes = 100',
    'wal_level = logical',
    'citus.shard_count = 4',
    "citus.node_conninfo = 'sslmode=prefer'",
    'citus.enable_statistics_collection = off',
    ...(onLog === undefined
      ? []
      : [
          'log_statement = all',
          `log_line_prefix = '${LOG_PREFIX}'`,
          'log_parameter_max_length = 0',
          // A statement that goes to more than one node, or to more than one part of a table, is logged once more.
          'citus.multi_task_query_log_level = log',
        ]),
    ...(hasArchive ? ['archive_mode = on', `archive_command = 'cp %p ${archive}/%f'`] : []),
    ...(isDurable ? [] : ['fsync = off', 'full_page_writes = off', 'max_wal_size = 256MB']),
  ];
  writeFileSync(join(data, 'postgresql.conf'), `${settings.join('\n')}\n`, { flag: 'a' });

  let ended: Promise<unknown> = Promise.resolve();
  let said = '';
  const pid = (): number => Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'latin1'), 10);
  const start = async (): Promise<void> => {
    const server = spawn(join(programs, 'postgres'), ['-D', data], { ...user, stdio: ['ignore', 'ignore', 'pipe'] });
    server.stderr.setEncoding('utf8').on('data', (piece: string) => {
      said = (said + piece).slice(-2000);
      onLog?.(piece);
    });
    let hasEnded = false;
    ended = once(server, 'exit').then(() => {
      hasEnded = true;
    });
    while (!(await answers(port))) {
      if (hasEnded) throw new Error(`PostgreSQL does not start: ${said}`);
      await sleep(20);
    }
  };
  await start();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    start,
    async kill() {
      const server = pid();
      const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(server)], { encoding: 'utf8' });
      for (const one of [server, ...children.split('\n').map(Number).filter(Boolean)]) end(one, 'SIGKILL');
      await ended;
    },
    async backUp() {
      const words = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-X', 'none', '-c', 'fast', '-D', backup];
      await promisify(execFile)(join(programs, 'pg_basebackup'), words, { ...user });
    },
    async restore(point) {
      // A stop in good order puts the rest of the log into the archive.
      end(pid(), 'SIGINT');
      await ended;
      rmSync(data, { recursive: true });
      renameSync(backup, data);
      const recovery = [
        `restore_command = 'cp ${archive}/%f %p'`,
        `recovery_target_name = '${point}'`,
        "recovery_target_action = 'promote'",
      ];
      writeFileSync(join(data, 'postgresql.conf'), `${recovery.join('\n')}\n`, { flag: 'a' });
      writeFileSync(join(data, 'recovery.signal'), '');
      own(join(data, 'recovery.signal'));
      await start();
      while (existsSync(join(data, 'recovery.signal'))) await sleep(20);
    },
    async stop() {
      if (!existsSync(join(data, 'postmaster.pid'))) return;
      end(pid(), 'SIGQUIT');
      await ended;
    },
  };
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It was faster.
  }
}

/** Does the PostgreSQL accept connections? Until then it closes them after its answer to the first message. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  // https://www.postgresql.org/docs/current/protocol-message-formats.html: StartupMessage
  const parameters = Buffer.from('user\0postgres\0database\0postgres\0\0');
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + parameters.length, 0);
  head.writeInt32BE(196_608, 4);
  socket.write(Buffer.concat([head, parameters]));
  try {
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return String.fromCharCode(answer[0] as number) === 'R';
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
