/** Where the database file is, and the message if it cannot be opened. */
import assert from 'node:assert/strict';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertStopped } from '../harness/blocked.ts';
import { runFoyer } from '../harness/command.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foyer-file-'));
  await writeFile(join(folder, 'file'), 'This is no database, and longer than the head of one. '.repeat(9));
});
after(() => rm(folder, { recursive: true, force: true }));

test('a relative path is below the working directory, and its folders are made', async () => {
  const env = { DATABASE_URL: 'sqlite:new/deeper/foyer.db' };
  assert.equal((await runFoyer(['migrate'], env, folder)).code, 0);
  await access(join(folder, 'new/deeper/foyer.db'));
});

for (const words of [
  ['client', 'list'],
  ['key', 'list', 'demo'],
  ['key', 'create', 'demo'],
  ['changes', 'demo'],
]) {
  test(`"foyer ${words.join(' ')}" on a file that is not there names it, and makes nothing`, async (t) => {
    const path = join(folder, 'not', 'there.db');
    const message = new RegExp(`^There is no database file ${RegExp.escape(path)}\\.`);
    await assertStopped(t, words, { DATABASE_URL: 'sqlite:not/there.db' }, message, folder);
    await assert.rejects(access(dirname(path)));
  });
}

const blocked = [
  // Node's own `mkdir` would try forever.
  ['/proc/x/y.db', 'no such file|not permitted|read-only'],
  ['file/foyer.db', 'is no folder'],
  ['file', 'not a database'],
  ['.', 'it is a folder'],
] as const;

for (const [path, reason] of blocked) {
  for (const words of [['serve'], ['client', 'create', 'x']]) {
    test(`sqlite:${path} ends "foyer ${words.join(' ')}", and the path is named`, async (t) => {
      const named = RegExp.escape(join(path.startsWith('/') ? '' : folder, path).replace(/\/\.?$/, ''));
      const message = new RegExp(`^The database file ${named} cannot be opened: .*(?:${reason})`);
      await assertStopped(t, words, { DATABASE_URL: `sqlite:${path}`, PORT: '0' }, message, folder);
    });
  }
}
