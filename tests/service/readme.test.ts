/**
 * Runs the blocks of the README and then of the tour, in order, against a fresh demo: what they show is what happens.
 */
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

const pages = await Promise.all(['README.md', 'docs/tour.md'].map((page) => readFile(join(root, page), 'utf8')));
const text = pages.join('\n');
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

/** With the address and the key of this demo instead of those that the pages show. */
const real = (shown: string): string => shown.replaceAll(ADDRESS, address).replaceAll(KEY, key);

/** The blocks in a language, in the order in which they are read. */
const blocks = (language: string): string[] =>
  [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , body = '']) => real(body));

/** The programs that the reader is told to save, with the names they are told to give them. */
const programs = (): { name: string; body: string }[] =>
  [...text.matchAll(/`(\w+\.mjs)`:\n\n```js\n(.*?)^```$/gms)].map(([, name = '', body = '']) => ({
    name,
    body: real(body),
  }));

/** What differs from one run to the next: times, keys and links. */
const masked = (text: string): string =>
  text
    .replaceAll('\r', '')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d/g, 'TIME')
    .replaceAll(KEY, 'KEY')
    .replaceAll(/link#\S+/g, 'link#TOKEN')
    .trim();

/** The commands of the console blocks, each with the output below it. */
function shownCommands(): { command: string; output: string }[] {
  return blocks('console').flatMap((block) =>
    block
      .split(/^\$ /m)
      .filter((part) => part !== '')
      .map((part) => {
        // A command goes on behind a backslash at the end of a line.
        const end = part.search(/(?<!\\)\n/);
        return { command: part.slice(0, end), output: part.slice(end + 1) };
      }),
  );
}

test('the start prints what the README shows', () => {
  const [block, ...more] = blocks('text');
  assert(block !== undefined && more.length === 0);
  assert.ok(masked(printed).includes(masked(block)), printed);
});

test('every command of the README and of the tour gives the output that it shows', async () => {
  assert.equal(programs().length, blocks('js').length, 'Every program has a name');
  for (const { name, body } of programs()) await writeFile(join(folder, name), body);
  const shown = shownCommands();
  for (const page of pages) assert.match(page, /^```console$/m, 'Each page has commands');
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
