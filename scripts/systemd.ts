/**
 * Tries the unit of deploy/systemd: `npm run check:systemd`. systemd-analyze finds nothing wrong with it and little
 * that it leaves open, and every system call that the service makes, at work and as it stops, is one that the unit
 * allows.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createFoyer } from '../sdk/src/index.ts';
import { MAIN } from '../tests/harness/command.ts';
import { childEnvironment } from '../tests/harness/environment.ts';
import { importFile } from '../tests/harness/imports.ts';
import { makeInstallation, type TestInstallation } from '../tests/harness/installation.ts';
import { freePort } from '../tests/harness/server.ts';
import { findPrograms } from './debian.ts';

/** Of 10, which is a service that may do everything. */
const MOST_EXPOSED = 1.5;
const UNIT = fileURLToPath(new URL('../deploy/systemd/foyer@.service', import.meta.url));
const NODE = '/opt/foyer/node_modules/.bin/node';

const unit = readFileSync(UNIT, 'utf8');
const settingsOf = (name: string): string[] =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);

/** What systemd itself says of it. */
function findings(folder: string): string[] {
  const wrong: string[] = [];
  const security = spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', UNIT], {
    encoding: 'utf8',
  });
  const exposed = Number(/exposure level for \S+: ([\d.]+)/.exec(security.stdout)?.[1]);
  console.log(`exposure ${exposed} of 10`);
  if (!(exposed <= MOST_EXPOSED)) wrong.push(`The exposure is ${exposed}, more than ${MOST_EXPOSED}`);
  // Where it is installed it finds its program.
  const copy = join(folder, 'foyer@.service');
  writeFileSync(copy, unit.replace(NODE, process.execPath));
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', copy], { encoding: 'utf8' });
  if (status !== 0 || stderr.includes(copy)) wrong.push(`systemd-analyze verify: ${stderr}`);
  return wrong;
}

/** The system calls of a set, those of the sets within it too. */
function callsOf(set: string): Set<string> {
  const text = execFileSync('systemd-analyze', ['syscall-filter', '--no-pager', set], { encoding: 'utf8' });
  const names = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return new Set(names.flatMap((name) => (name.startsWith('@') ? [...callsOf(name)] : [name])));
}

/** Later lines take away from what earlier ones give, as systemd reads them. */
function allowedCalls(): Set<string> {
  const allowed = new Set<string>();
  for (const line of settingsOf('SystemCallFilter')) {
    const takes = line.startsWith('~');
    for (const name of line.replace('~', '').split(' ')) {
      for (const call of name.startsWith('@') ? callsOf(name) : [name]) {
        if (takes) allowed.delete(call);
        else allowed.add(call);
      }
    }
  }
  return allowed;
}

/** A bit of everything. */
async function use(url: string, { key: { client, key } }: TestInstallation): Promise<void> {
  const sdk = createFoyer({ baseUrl: url, client, key });
  const rows = Array.from({ length: 500 }, (_, at) => `i${at}@x.nl,Jan,Pas`);
  await importFile(sdk, new Blob([['email,firstName,lastName', ...rows].join('\n')]));
  await sdk.customers.create({ email: 'a@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' });
  // 503 until the index is there.
  const search = () => fetch(`${url}/v1/${client}/peppered/customer?search=pas`, { headers: { authorization: key } });
  while (!(await search()).ok) await sleep(100);
  for await (const _ of sdk.exports.customers());
  await sdk.webhooks.create({ url: 'https://foyer.example/' }).catch(() => {});
}

/** The system calls that a service made. */
async function callsMade(folder: string, strace: string): Promise<Set<string>> {
  await using installation = await makeInstallation('sqlite');
  const port = await freePort();
  const trace = join(folder, 'trace');
  const flags = settingsOf('ExecStart')[0]?.match(/--\S+/g) ?? [];
  const child = spawn(strace, ['-f', '-qq', '-c', '-o', trace, process.execPath, ...flags, MAIN, 'serve'], {
    env: childEnvironment({ ...installation.environment, PORT: String(port), LOG_LEVEL: 'warn', METRICS_PORT: '0' }),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  while (!(await fetch(`${url}/health/ready`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}`);
    await sleep(50);
  }
  await use(url, installation);
  const ended = once(child, 'exit');
  // strace passes it on to what it traces.
  const service = execFileSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'utf8' }).trim();
  process.kill(Number(service), 'SIGTERM');
  await ended;
  const lines = readFileSync(trace, 'utf8').split('\n');
  return new Set(
    lines.filter((line) => /^\s*\d+[.,]\d+ /.test(line)).map((line) => line.trim().split(/\s+/).at(-1) ?? ''),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'foyer-systemd-'));
const programs = findPrograms(['strace'], folder);
const wrong = findings(folder);
const allowed = allowedCalls();
const made = await callsMade(folder, programs.path('strace'));
made.delete('total');
// SQLite gives its files to the owner of the database when root runs it, and then only.
if (process.getuid?.() === 0) made.delete('fchown');
for (const call of made) if (!allowed.has(call)) wrong.push(`The service calls ${call}, which the unit does not allow`);
rmSync(folder, { recursive: true, force: true });
for (const line of wrong) console.error(line);
console.log(`${made.size} system calls; ${wrong.length} things are wrong.`);
process.exitCode = wrong.length === 0 ? 0 : 1;
