/** The README's own blocks, run in order against a fresh demo: what it shows is what happens. */
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { killed } from './harness/command.ts';
import { engineName, makeDatabase, type TestDatabase } from './harness/database.ts';
import { childEnvironment } from './harness/environment.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const KEY = /foyer_1_[\w-]{32}/g;
const ADDRESS = /(?:127\.0\.0\.1|localhost):8080/g;
const MARK = '=== end of a command ===';

const readme = await readFile(join(root, 'README.md'), 'utf8');
let folder: string;
let database: TestDatabase;
let service: ChildProcessByStdio<null, Readable, Readable>;
let printed = '';
let key: string;
let address: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foyer-readme-'));
  // As in a project that has installed `@foyer/sdk`.
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  database = await makeDatabase(engineName, false);
  const env = childEnvironment({ PORT: '0', ...database.environment });
  service = spawn(process.execPath, [join(root, 'server/src/main.ts'), 'serve', '--demo'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [service.stdout, service.stderr]) stream.on('data', (bytes) => (printed += bytes));
  while (!printed.includes('/customer/1\n')) {
    const [bytes] = await Promise.race([once(service.stdout, 'data'), once(service, 'exit').then(() => [])]);
    assert(bytes, `The service does not start: ${printed}`);
  }
  key = printed.match(KEY)?.[0] ?? '';
  address = /runs at http:\/\/([\w.:]+)/.exec(printed)?.[1] ?? '';
});

after(async () => {
  await killed(service);
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** The blocks of the README in a language, with its address and key replaced by the real ones. */
const blocks = (language: string): string[] =>
  [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , text = '']) => text.replaceAll(ADDRESS, address).replaceAll(KEY, key));

/** What differs from one run to the next: times and keys. */
const masked = (text: string): string =>
  text
    .replaceAll('\r', '')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d/g, 'TIME')
    .replaceAll(KEY, 'KEY')
    .trim();

/** The commands of the console blocks, each with the output that stands below it. */
function shownCommands(): { command: string; output: string }[] {
  return blocks('console').flatMap((block) =>
    block
      .split(/^\$ /m)
      .filter((part) => part !== '')
      .map((part) => {
        const end = part.indexOf('\n');
        return { command: part.slice(0, end), output: part.slice(end + 1) };
      }),
  );
}

test('the start prints what the README shows', () => {
  for (const block of blocks('text')) assert.ok(masked(printed).includes(masked(block)), printed);
});

test('every command of the README gives the output that it shows', async () => {
  const [program, ...more] = blocks('js');
  assert(program !== undefined && more.length === 0);
  await writeFile(join(folder, 'tour.mjs'), program);
  const shown = shownCommands();
  assert(shown.length >= 10, 'The README has commands');
  // One shell for all, since the first ones set variables for the others.
  const script = shown.map(({ command }) => `{ ${command}\n} 2>&1; printf '\\n%s\\n' '${MARK}'\n`).join('');
  const { stdout } = await promisify(execFile)('bash', ['-c', script], {
    cwd: folder,
    env: childEnvironment({ KEY: key }),
  });
  const outputs = stdout.split(`\n${MARK}\n`);
  for (const [index, { command, output }] of shown.entries()) {
    assert.equal(masked(outputs[index] ?? ''), masked(output), command);
  }
});
