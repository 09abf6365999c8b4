/** Who on this machine can read the database: its owner and nobody else. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { runFoyer } from '../harness/command.ts';
import { makeInstallation } from '../harness/installation.ts';
import { onPipe } from '../harness/printed.ts';
import { spawnFoyer } from '../harness/process.ts';

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

/** The modes of the files in a folder. */
async function modesIn(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await modeOf(join(folder, name))])));
}

test('the files that it makes, and their folder, are its own', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'foyer-modes-'));
  t.after(() => rm(parent, { recursive: true, force: true }));
  const folder = join(parent, 'deeper', 'data');
  const environment = { DATABASE_URL: `sqlite:${join(folder, 'foyer.db')}` };
  await using service = onPipe(['serve', '--demo'], { ...environment, PORT: '0', LOG_LEVEL: 'warn' });
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(await service.shows(/API key.*\n/))?.[0];
  const { stdout: key } = await runFoyer(['key', 'create', 'demo'], environment);
  // The index of the search is a file of its own, and exists once it answers.
  let answer = 503;
  while (answer === 503) {
    const headers = { authorization: key.trim() };
    answer = (await fetch(`${url}/v1/demo/peppered/customer?search=jan`, { headers })).status;
  }
  assert.equal(answer, 200);
  assert.deepEqual(await modesIn(folder), {
    'foyer.db': '600',
    'foyer.db-shm': '600',
    'foyer.db-wal': '600',
    'foyer.search.db': '600',
    'foyer.search.db-shm': '600',
    'foyer.search.db-wal': '600',
    imports: '700',
  });
  assert.deepEqual([await modeOf(folder), await modeOf(dirname(folder))], ['700', '700']);
  assert.doesNotMatch(await service.shows(/./), /other users/);
});

test('a file that others can read is told at the start, unless they cannot get into its folder', async () => {
  await using installation = await makeInstallation('sqlite');
  const path = installation.url.slice('sqlite:'.length);
  for (const [file, folder, isTold] of [
    [0o644, 0o755, true],
    [0o640, 0o750, true],
    [0o644, 0o700, false],
    [0o640, 0o701, false],
    [0o600, 0o755, false],
  ] as const) {
    await chmod(path, file);
    await chmod(dirname(path), folder);
    await using service = await spawnFoyer(installation);
    const told = service.lines.filter((line) => line.includes('chmod 600'));
    assert.equal(told.length, isTold ? 1 : 0, `${file.toString(8)} in ${folder.toString(8)}`);
    if (isTold) assert((JSON.parse(told[0] ?? '') as { files: string[] }).files.includes(path));
    service.child.kill('SIGTERM');
    await service.exited;
  }
});
