/** The package as published: it is self-contained, and works. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';

const run = promisify(execFile);
const root = new URL('../..', import.meta.url);

let foyer: TestFoyer;
let folder: string;
let unpacked: string;
before(async () => {
  foyer = await startFoyer();
  folder = await mkdtemp(join(tmpdir(), 'foyer-pack-'));
  await run('npm', ['pack', '-w', 'sdk', '--pack-destination', folder], { cwd: root });
  const [archive = ''] = await readdir(folder);
  await run('tar', ['-xzf', archive], { cwd: folder });
  unpacked = join(folder, 'package');
});
after(async () => {
  await foyer[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test('it makes a call, imported by a node that has nothing else', async () => {
  const key = await foyer.client();
  const sdk = pathToFileURL(join(unpacked, 'dist/index.js')).href;
  const program = `
    const { createFoyer, FoyerError } = await import(${JSON.stringify(sdk)});
    const foyer = createFoyer(${JSON.stringify({ baseUrl: foyer.url, client: key.client, key: key.key })});
    const made = await foyer.customers.create({ email: 'a@x.nl', customerFirstName: 'A', customerLastName: 'B' });
    const error = await foyer.customers.get({ customerId: 2 }).catch((thrown) => thrown);
    const all = [];
    for await (const one of foyer.exports.customers()) all.push(one.customerId);
    console.log(JSON.stringify([made.customerId, error instanceof FoyerError, error.code, all]));
  `;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder });
  assert.deepEqual(JSON.parse(stdout), [1, true, 'not-found', [1]]);
});

test('its types reach a strict program that compiles without skipping them', async () => {
  await mkdir(join(folder, 'node_modules/@foyer'), { recursive: true });
  await symlink(unpacked, join(folder, 'node_modules/@foyer/sdk'));
  await writeFile(
    join(folder, 'consumer.mts'),
    `import { createFoyer, type Customer } from '@foyer/sdk';
    const foyer = createFoyer({ baseUrl: 'http://x', client: 'demo', key: 'KEY' });
    export const customer: Promise<Customer> = foyer.customers.get({ customerId: 1 });
    // @ts-expect-error: an address is needed
    foyer.customers.create({ customerFirstName: 'A', customerLastName: 'B' });
    // @ts-expect-error: a number is one
    foyer.customers.get({ customerId: 'x' });
    for await (const { customerTags } of foyer.exports.customers()) customerTags satisfies string[];
    `,
  );
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'esnext', '--types', ''];
  const tsc = fileURLToPath(new URL('node_modules/.bin/tsc', root));
  await run(tsc, [...options, '--lib', 'esnext,dom,dom.asynciterable', 'consumer.mts'], { cwd: folder });
});

test('what is in it imports nothing but what is in it', async () => {
  const files = await readdir(unpacked, { recursive: true });
  assert(files.includes('dist/index.d.ts') && files.includes('README.md'), files.join());
  assert.deepEqual(
    files.filter((file) => /\.test\.|^src|\.env|(?<!\.d)\.ts$/.test(file)),
    [],
  );
  const code = files.filter((file) => /\.(?:js|d\.ts)$/.test(file));
  for (const file of code) {
    const text = await readFile(join(unpacked, file), 'utf8');
    for (const [, from = ''] of text.matchAll(/\b(?:from|import|require\s*\(|import\s*\()\s*['"]([^'"\s;]+)['"]/g)) {
      assert.match(from, /^\.\.?\/.*\.[jt]s$/, `${file} imports ${from}`);
      // The compiler leaves `./x.ts` in declarations, where it means `./x.d.ts`.
      const target = join(unpacked, file, '..', file.endsWith('.d.ts') ? from.replace(/\.[jt]s$/, '.d.ts') : from);
      if (!file.endsWith('.d.ts')) assert.match(from, /\.js$/);
      await readFile(target);
    }
  }
  const manifest = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8'));
  for (const name of ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundleDependencies']) {
    assert.equal(name in manifest, false, name);
  }
});
