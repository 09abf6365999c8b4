/** Runs the tests on one engine, and checks that they leave nothing behind: no process, no file. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RunResult } from './suite-run.ts';

const RUN = fileURLToPath(new URL('suite-run.ts', import.meta.url));
/** Node's compile cache, for all processes of a run. */
const COMPILED = 'compiled';
const GRACE_MS = 5000;

/** In memory, if there is plenty: what the tests make is thrown away, and need not wait for a disk. */
const MEMORY = '/dev/shm';
const PLENTY = 4 * 1024 ** 3;

function temporaryRoot(): string {
  if (!existsSync(MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY);
  return Math.min(bavail * bsize, process.availableMemory()) >= PLENTY ? MEMORY : tmpdir();
}

export interface EngineResult extends RunResult {
  /** By whoever started it, before its end. */
  readonly isStopped: boolean;
}

export async function runEngine(engine: string, files: readonly string[], showsAll: boolean): Promise<EngineResult> {
  const folder = mkdtempSync(join(temporaryRoot(), 'foyer-suite-'));
  // When run by root, PostgreSQL runs as another user.
  chmodSync(folder, 0o755);
  // A process group of its own: it finds whatever the tests have started and not ended.
  const child = spawn(process.execPath, [RUN, showsAll ? '--all' : '--files', ...files], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ENGINE: engine, TMPDIR: folder, NODE_COMPILE_CACHE: join(folder, COMPILED) },
  });
  const group = child.pid as number;
  let isStopped = false;
  const stop = (signal: NodeJS.Signals): void => {
    isStopped = true;
    signalGroup(group, signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  let result: RunResult = { tests: 0, passed: 0, skipped: 0, problems: ['The run did not come to its end.'] };
  child.on('message', (message) => {
    result = message as RunResult;
  });
  const [code] = await once(child, 'exit');
  const isClean = !isStopped && code === 0;
  const problems = [
    ...result.problems,
    ...(isStopped ? ['It was stopped.'] : []),
    ...(code !== 0 && result.problems.length === 0 ? ['The run failed, beside its tests.'] : []),
    ...(await endGroup(group, isClean ? GRACE_MS : 0)),
  ];
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  const left = readdirSync(folder).filter((name) => name !== COMPILED);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  // A process that is killed cannot clean up.
  if (isClean) problems.push(...left.map((name) => `A test left ${name} in the folder of temporary files.`));
  return { ...result, problems, isStopped };
}

function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}

/** Ends the processes of a group that are left after a while; returns what to report about them. */
async function endGroup(group: number, graceMs: number): Promise<string[]> {
  for (let waited = 0; waited < graceMs && signalGroup(group, 0); waited += 50) await sleep(50);
  if (!signalGroup(group, 0)) return [];
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pgid=,pid=,args='], { encoding: 'utf8' });
  const lines = (stdout ?? '').split('\n').filter((line) => line.trim().startsWith(`${group} `));
  signalGroup(group, 'SIGKILL');
  return graceMs === 0 ? [] : [`Processes outlived the tests, and were ended:${lines.map((line) => `\n  ${line}`)}`];
}
