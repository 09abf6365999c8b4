/** A start either serves, or ends with status 1 and one line that says what is wrong: it never hangs. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertStopped, takenPort } from '../harness/blocked.ts';
import { runFoyer } from '../harness/command.ts';
import { engineName, makeDatabase } from '../harness/database.ts';
import { makeInstallation } from '../harness/installation.ts';

for (const words of [['serve'], ['serve', '--demo']]) {
  test(`a port that is taken ends "foyer ${words.join(' ')}", on a fresh database and on one in use`, async (t) => {
    using taken = await takenPort();
    const env = { PORT: String(taken.port) };
    const message = new RegExp(`^Port ${taken.port} of 127\\.0\\.0\\.1 is taken`);
    await using fresh = await makeDatabase(engineName, false);
    await assertStopped(t, words, { ...fresh.environment, ...env }, message);
    assert.deepEqual(await fresh.rows('select name from client'), [], 'no demo is made');
    await using used = await makeInstallation();
    await assertStopped(t, words, { ...used.environment, ...env }, message);
  });
}

test('a port for metrics that is taken', async (t) => {
  using taken = await takenPort();
  await using database = await makeDatabase();
  const env = { ...database.environment, PORT: '0', METRICS_PORT: String(taken.port) };
  await assertStopped(t, ['serve'], env, new RegExp(`^METRICS_PORT ${taken.port} of METRICS_HOST 127\\.0\\.0\\.1 `));
});

test('an address that is none of this machine', async (t) => {
  await using database = await makeDatabase();
  for (const HOST of ['203.0.113.9', 'no-such-host.invalid']) {
    const env = { ...database.environment, PORT: '0', HOST };
    await assertStopped(t, ['serve'], env, new RegExp(`^HOST is "${RegExp.escape(HOST)}"`));
  }
});

test('processes that start together on a database where nothing is yet all end well', async () => {
  await using database = await makeDatabase(engineName, false);
  const ends = await Promise.all(Array.from({ length: 4 }, () => runFoyer(['migrate'], database.environment)));
  assert.deepEqual(
    ends.map(({ code, stderr }) => [code, stderr]),
    ends.map(() => [0, '']),
  );
});

test('a folder of imports that cannot be made, or that is a file', async (t) => {
  await using database = await makeDatabase();
  const file = fileURLToPath(import.meta.url);
  for (const IMPORT_DIR of ['/proc/x/imports', file]) {
    const env = { ...database.environment, PORT: '0', IMPORT_DIR };
    const message = new RegExp(`^IMPORT_DIR, the folder ${RegExp.escape(IMPORT_DIR)}, cannot be used: `);
    await assertStopped(t, ['serve'], env, message);
  }
});

test('a console of which files are missing', async (t) => {
  await using database = await makeDatabase();
  const root = await mkdtemp(join(tmpdir(), 'foyer-console-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  const repository = fileURLToPath(new URL('../..', import.meta.url));
  const parts = ['package.json', 'server', 'sdk'];
  for (const part of parts) await cp(join(repository, part), join(root, part), { recursive: true });
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'));
  await mkdir(join(root, 'console/dist'), { recursive: true });
  await writeFile(join(root, 'console/dist/index.html'), '<!doctype html><title>Foyer</title>');
  const env = { ...database.environment, PORT: '0', IMPORT_DIR: join(root, 'imports') };
  await assertStopped(t, ['serve'], env, /ENOENT.*assets/, undefined, join(root, 'server/bin/foyer.js'));
});
