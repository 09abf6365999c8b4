/** Servers under load: each a process of its own, watched from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pathOf, type Seeded } from './seed.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 15_000;
/** The unit of processor time in `/proc/PID/stat`: USER_HZ, which is 100 on every Linux. */
const TICK_US = 10_000;

export interface Server {
  readonly name: 'ceiling' | 'foyer';
  readonly port: number;
  readonly data: Seeded;
  /** From the start of the process to the first successful health check. */
  readonly startMs: number;
  /** The processor time of all its threads so far. */
  cpuMicroseconds(): number;
  memory(): { readonly now: number; readonly peak: number };
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();

/** Ends the servers that still run, at once. */
export function killServers(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Starts the real service, as its operator would: only the database and the port are set. */
export function startFoyer(data: Seeded, settings: Readonly<Record<string, string>> = {}): Promise<Server> {
  return start('foyer', data, '/health/ready', (port) => ({
    // The flag is that of the command's first line.
    args: ['--max-semi-space-size=4', here('../server/bin/foyer.js'), 'serve'],
    // The seeded changes are old, and must not be pruned.
    env: { DATABASE_URL: data.url, PORT: String(port), LOG_LEVEL: 'info', HISTORY_DAYS: '99999', ...settings },
  }));
}

/** Starts the least that can answer the same requests with the same bytes. */
export function startCeiling(data: Seeded): Promise<Server> {
  const isSqlite = data.url.startsWith('sqlite:');
  return start('ceiling', data, '/', (port) => ({
    args: isSqlite
      ? [here('ceiling.ts'), pathOf(data), String(port)]
      : [here('ceiling-postgres.ts'), data.url, String(port)],
    env: {},
  }));
}

async function start(
  name: Server['name'],
  data: Seeded,
  healthPath: string,
  command: (port: number) => { args: string[]; env: NodeJS.ProcessEnv },
): Promise<Server> {
  const port = await freePort();
  // The log is written even if nobody reads it: it is part of the cost of a request.
  const log = openSync(data.log, 'a');
  const began = performance.now();
  const { args, env } = command(port);
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', log, 'inherit'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  await untilReady(child, `http://127.0.0.1:${port}${healthPath}`);
  const startMs = performance.now() - began;
  const { pid } = child;
  return {
    name,
    port,
    data,
    startMs,
    cpuMicroseconds: () => cpuTicks(readFileSync(`/proc/${pid}/stat`, 'latin1')) * TICK_US,
    memory: () => {
      const status = readFileSync(`/proc/${pid}/status`, 'latin1');
      return { now: bytesOf(status, 'VmRSS'), peak: bytesOf(status, 'VmHWM') };
    },
    stop: () => stop(child),
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode} while it started`);
    const response = await fetch(url).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) return;
    await sleep(5);
  }
  throw new Error(`The server is not ready after ${START_LIMIT_MS} ms`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(late);
}

/** utime and stime, the 14th and 15th field; the second field, the program's name, may contain spaces. */
function cpuTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function bytesOf(status: string, name: string): number {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kib === undefined) throw new Error(`The kernel does not tell ${name}`);
  return Number(kib) * 1024;
}
