/** Runs the drill of docs/backup.md. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeDemo } from '../../server/src/features/demo/make.ts';
import { withStore } from '../harness/copying.ts';
import { makeDatabase } from '../harness/database.ts';
import { childEnvironment } from '../harness/environment.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the drill ends well, and shows what was backed up', async () => {
  const text = await readFile(join(root, 'docs/backup.md'), 'utf8');
  const script = /^## The drill\n.*?^```sh\n(.*?)^```$/ms.exec(text)?.[1] ?? assert.fail('there is no drill');
  await using database = await makeDatabase('sqlite');
  await withStore(database.config, (store) => makeDemo(store));
  const folder = await mkdtemp(join(tmpdir(), 'foyer-drill-'));
  try {
    // As in the folder of Foyer.
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    const { stdout } = await promisify(execFile)('bash', ['-ec', script], {
      cwd: folder,
      env: childEnvironment(database.environment),
    });
    assert.match(stdout, /^Made drill\.db: .* checked/m);
    assert.match(stdout, /^demo +200 +\d+ +\d{15}$/m, 'the restore says where numbers go on');
    assert.match(stdout, /^201 drill\/customers\.csv$/m, 'the head, and 200 customers');
    assert.deepEqual(await readdir(folder), ['node_modules']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
