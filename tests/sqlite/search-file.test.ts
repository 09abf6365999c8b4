/** The file of the index may be lost, damaged or of another database: it is rebuilt, and every search is right. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, open, rm, stat, truncate } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFoyer, type Foyer } from '../../sdk/src/index.ts';
import type { SqliteConfig } from '../../server/src/config.ts';
import { indexPathOf } from '../../server/src/db/sqlite/index-file.ts';
import { makeInstallation, type TestInstallation } from '../harness/installation.ts';
import { spawnFoyer } from '../harness/process.ts';
import { untilIndexed, whenAvailable } from '../harness/search-index.ts';

const CUSTOMERS = 400;
const person = (number: number, name: string) => ({
  email: `p${number}@x.example`,
  customerFirstName: 'Eva',
  customerLastName: name,
});

const pathOf = ({ config }: TestInstallation): string => (config as SqliteConfig).path;

/** Runs the service, and stops it as its operator does. */
async function serving(installation: TestInstallation, fn: (sdk: Foyer) => Promise<void>): Promise<void> {
  await using service = await spawnFoyer(installation);
  const { client, key } = installation.key;
  await fn(createFoyer({ baseUrl: service.url, client, key, retries: 0 }));
  await untilIndexed(installation);
  service.child.kill('SIGTERM');
  await service.exited;
}

const countOf = async ({ customers }: Foyer, text: string): Promise<number> =>
  (await whenAvailable(() => customers.search(text))).count;

/** An installation with an index, its service stopped. */
async function indexed(): Promise<TestInstallation> {
  const installation = await makeInstallation('sqlite');
  await serving(installation, async ({ customers }) => {
    const all = Array.from({ length: CUSTOMERS }, (_, at) =>
      customers.create(person(at, at % 2 ? 'Jansen' : 'Visser')),
    );
    await Promise.all(all);
  });
  return installation;
}

async function checkCounts(sdk: Foyer): Promise<void> {
  assert.equal(await countOf(sdk, 'jansen'), CUSTOMERS / 2);
  assert.equal(await countOf(sdk, 'eva'), CUSTOMERS);
  assert.equal(await countOf(sdk, 'p17@x'), 1);
}

/** Writes noise over a part of a file. */
async function addNoise(path: string, from: number, bytes: number): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(randomBytes(bytes), 0, bytes, from);
  await file.close();
}

const damages: Readonly<Record<string, (path: string) => Promise<void>>> = {
  deleted: (path) => rm(path),
  'cut in half': async (path) => truncate(path, Math.floor((await stat(path)).size / 2)),
  emptied: (path) => truncate(path, 0),
  'noise at its start': (path) => addNoise(path, 0, 4096),
  'noise in all its pages but the first': async (path) => addNoise(path, 4096, (await stat(path)).size - 4096),
  'noise in a page in the middle': async (path) =>
    addNoise(path, 4096 * Math.floor((await stat(path)).size / 8192), 4096),
};

for (const [what, damage] of Object.entries(damages)) {
  test(`${what}: it is made anew`, async () => {
    await using installation = await indexed();
    await damage(indexPathOf(pathOf(installation)));
    await serving(installation, checkCounts);
    await serving(installation, checkCounts);
  });
}

test('deleted while the service runs: it is made anew', async () => {
  await using installation = await indexed();
  await serving(installation, async (sdk) => {
    await checkCounts(sdk);
    const path = indexPathOf(pathOf(installation));
    for (const end of ['', '-wal', '-shm']) await rm(path + end, { force: true });
    while (!existsSync(path)) {
      await checkCounts(sdk);
      await sleep(100);
    }
    await untilIndexed(installation);
    await checkCounts(sdk);
  });
});

test('of a database that was restored: the index follows it, also when it has as many changes again', async () => {
  await using installation = await indexed();
  const path = pathOf(installation);
  await copyFile(path, `${path}.backup`);
  await serving(installation, async ({ customers }) => {
    for (let at = 0; at < 20; at += 1) await customers.create(person(1000 + at, 'Later'));
  });
  await copyFile(`${path}.backup`, path);
  await serving(installation, async (sdk) => {
    assert.equal(await countOf(sdk, 'later'), 0);
    await checkCounts(sdk);
  });
  // Once more; before the service sees it, others have written as many changes as there were.
  await copyFile(`${path}.backup`, path);
  await serving(installation, async ({ customers }) => {
    for (let at = 0; at < 20; at += 1) await customers.create(person(1000 + at, 'Later'));
  });
  const index = indexPathOf(path);
  await copyFile(index, `${index}.later`);
  await copyFile(`${path}.backup`, path);
  await serving(installation, async ({ customers }) => {
    for (let at = 0; at < 30; at += 1) await customers.create(person(2000 + at, 'Otherwise'));
  });
  await copyFile(`${index}.later`, index);
  await serving(installation, async (sdk) => {
    assert.equal(await countOf(sdk, 'later'), 0);
    assert.equal(await countOf(sdk, 'otherwise'), 30);
  });
});

test('an index of long ago takes in what is missing', async () => {
  await using installation = await indexed();
  const index = indexPathOf(pathOf(installation));
  await copyFile(index, `${index}.old`);
  await serving(installation, async ({ customers }) => {
    for (let at = 0; at < 30; at += 1) await customers.create(person(3000 + at, 'Newer'));
    await customers.update({ customerId: 1, customerLastName: 'Newer' });
  });
  await copyFile(`${index}.old`, index);
  await serving(installation, async (sdk) => assert.equal(await countOf(sdk, 'newer'), 31));
});
