/** Where the database file is. */
import assert from 'node:assert/strict';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runFoyer } from '../harness/command.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foyer-file-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Runs `foyer migrate` in the folder. */
const migrate = (DATABASE_URL: string) => runFoyer(['migrate'], { DATABASE_URL }, folder);

test('a relative path is below the working directory, and its folders are made', async () => {
  assert.equal((await migrate('sqlite:new/deeper/foyer.db')).code, 0);
  await access(join(folder, 'new/deeper/foyer.db'));
});

test('a path below a file ends with 1, and a message', async () => {
  await writeFile(join(folder, 'file'), '');
  const { code, stderr } = await migrate('sqlite:file/foyer.db');
  assert.equal(code, 1);
  assert.match(stderr, /\S/);
  assert.doesNotMatch(stderr, /\n\s+at /);
});
