/** Several processes on one database: one works on an import, and another continues it when that one is gone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { customersByEmail, finished } from '../harness/imports.ts';
import { makeInstallation } from '../harness/installation.ts';
import { spawnFoyer } from '../harness/process.ts';

const ROWS = 20_000;
const lines = Array.from({ length: ROWS }, (_, at) => `v${at}@x.nl;First;Last`);
const file = `email;voornaam;achternaam\n${lines.join('\n')}`;

test('another process goes on with the import of one that was killed, or stopped', async (t) => {
  await using installation = await makeInstallation();
  await using first = await spawnFoyer(installation);
  await using second = await spawnFoyer(installation);
  const { importId } = await first.sdk.imports.create({ file });
  const begun = async (than: number) => {
    for (;;) {
      const { rowsRead } = await second.sdk.imports.get({ importId });
      if (rowsRead > than) return rowsRead;
      await sleep(10);
    }
  };
  await begun(0);
  first.child.kill('SIGKILL');
  await first.exited;
  const left = await second.sdk.imports.get({ importId });
  assert.equal(left.finishedAt, null, 'it was not over');
  const killed = performance.now();
  await begun(left.rowsRead);
  t.diagnostic(`taken over after ${Math.round(performance.now() - killed)} ms`);
  second.child.kill('SIGTERM');
  assert.equal((await second.exited).code, 0);
  await using third = await spawnFoyer(installation);
  const job = await finished(third.sdk, importId);
  assert.deepEqual([job.state, job.rowsRead, job.created], ['done', ROWS, ROWS]);
  assert.equal((await customersByEmail(third.sdk)).size, ROWS);
});

test('a process that does not reach the file leaves the import to one that does', async () => {
  await using installation = await makeInstallation();
  await using stranger = await spawnFoyer(installation, { IMPORT_DIR: '/nonexistent/imports' });
  await using owner = await spawnFoyer(installation);
  const { importId } = await owner.sdk.imports.create({ file });
  while ((await owner.sdk.imports.get({ importId })).rowsRead === 0) await sleep(10);
  owner.child.kill('SIGKILL');
  await owner.exited;
  await sleep(3000);
  assert.equal((await stranger.sdk.imports.get({ importId })).finishedAt, null);
  await using again = await spawnFoyer(installation);
  assert.equal((await finished(again.sdk, importId)).created, ROWS);
});
