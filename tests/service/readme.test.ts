/** The README's own blocks, run in order against a fresh demo: what it shows is what happens. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { engineName, makeDatabase, type TestDatabase } from '../harness/database.ts';
import { childEnvironment } from '../harness/environment.ts';
import { onTerminal, type Running } from '../harness/printed.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const KEY = /foyer_1_[\w-]{32}/g;
const ADDRESS = /(?:127\.0\.0\.1|localhost):8080/g;
const MARK = '=== end of a command ===';

const readme = await readFile(join(root, 'README.md'), 'utf8');
let folder: string;
let database: TestDatabase;
let service: Running;
let printed = '';
let key: string;
let address: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foyer-readme-'));
  // As in a project that has installed `@foyer/sdk`.
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  database = await makeDatabase(engineName, false);
  service = onTerminal(['serve', '--demo'], { PORT: '0', ...database.environment });
  printed = await service.shows(/\/customer\/1\n/);
  key = printed.match(KEY)?.[0] ?? '';
  address = /runs at http:\/\/([\w.:]+)/.exec(printed)?.[1] ?? '';
});

after(async () => {
  await service[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** The blocks of the README in a language, with its address and key replaced by the real ones. */
const blocks = (language: string): string[] =>
  [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , text = '']) => text.replaceAll(ADDRESS, address).replaceAll(KEY, key));

/** What differs from one run to the next: times, keys and links. */
const masked = (text: string): string =>
  text
    .replaceAll('\r', '')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d/g, 'TIME')
    .replaceAll(KEY, 'KEY')
    .replaceAll(/link#\S+/g, 'link#TOKEN')
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
