/** `foyer copy`, as a process, between real databases of both engines. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { seed } from '../../bench/seed.ts';
import { createFoyer, type Foyer } from '../../sdk/src/index.ts';
import { createClient } from '../../server/src/features/clients/writes.ts';
import { createKey } from '../../server/src/features/keys/writes.ts';
import { MAIN, runFoyer } from '../harness/command.ts';
import { everything, fill, person, serving, withStore } from '../harness/copying.ts';
import { type EngineName, makeDatabase, type TestDatabase } from '../harness/database.ts';
import { childEnvironment } from '../harness/environment.ts';
import { allScopes } from '../harness/foyer.ts';
import { whenAvailable } from '../harness/search-index.ts';

const MANY = 10_000;

let root: string;
/** A file with many customers, which no test writes to. */
let large: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'foyer-copy-'));
  large = join(root, 'large.db');
  await seed(large, MANY);
});
after(() => rm(root, { recursive: true, force: true }));

/** The options that name a target; without the owner of its tables it must have been migrated. */
function to({ url, config }: TestDatabase): string[] {
  return ['--to', url, ...(config.engine === 'postgres' ? ['--migrate-url', config.migrateUrl] : [])];
}

const foyer = (words: readonly string[], env: Readonly<Record<string, string>> = {}) => runFoyer(words, env, root);

interface Client {
  client: string;
  customers: number;
  changes: number;
  rows: Record<string, number>;
  checksum: string;
  equal: boolean;
  different: string[];
}

/** Copies; it must succeed, with all equal. */
async function copied(...words: string[]): Promise<Client[]> {
  const { code, stdout, stderr } = await foyer(['copy', ...words, '--json']);
  assert.equal(code, 0, stderr + stdout);
  const { equal, clients } = JSON.parse(stdout);
  assert.equal(equal, true);
  return clients;
}

/** A file of its own with many customers. */
async function copyOfLarge(): Promise<{ url: string; path: string }> {
  const path = join(await mkdtemp(join(root, 'large-')), 'foyer.db');
  await copyFile(large, path);
  return { url: `sqlite:${path}`, path };
}

/** How many a search finds, once its index is made. */
const countWhenMade = async (customers: Foyer['customers'], text: string): Promise<number> =>
  (await whenAvailable(() => customers.search(text))).count;

for (const [first, second] of [
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
] as const satisfies [EngineName, EngineName][]) {
  test(`there and back, from ${first}: every row is the same, and the same key works`, async () => {
    await using source = await makeDatabase(first);
    await using between = await makeDatabase(second);
    await using back = await makeDatabase(first);
    const key = await fill(source.config);
    const there = await copied('--from', source.url, ...to(between));
    assert.deepEqual(
      there.map(({ client, customers, equal }) => [client, customers, equal]),
      [
        ['demo', 200, true],
        ['fringe', 2, true],
        ['empty', 0, true],
      ],
    );
    assert.deepEqual(await copied('--from', between.url, ...to(back)), there);
    assert.deepEqual(await everything(between), await everything(source));
    assert.deepEqual(await everything(back), await everything(source));

    await serving(between.config, async (baseUrl) => {
      const { customers, clientTypes } = createFoyer({ baseUrl, client: 'fringe', key, retries: 0 });
      const { customerLastName, customerTags } = await customers.get({ customerId: 1 });
      assert.deepEqual([customerLastName, customerTags], ['Šťastný', ['dónateur, "goud"']]);
      assert.equal((await customers.create({ ...person, email: 'new@x.nl' })).customerId, 3);
      await assert.rejects(clientTypes.set({ customerId: 3, clienttypes: ['New'] }), { code: 'validation' });
      // The index of the search is not copied: the service rebuilds it.
      assert.equal(await countWhenMade(customers, 'stastny'), 1);
    });
  });
}

test('a new file is migrated, and the result is shown as a table', async () => {
  await using source = await makeDatabase('postgres');
  await fill(source.config);
  const path = join(root, 'new', 'foyer.db');
  const { code, stdout, stderr } = await foyer(['copy', '--from', source.url, '--to', `sqlite:${path}`]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^CLIENT +CUSTOMERS +CHANGES +CHECKSUM +RESULT\ndemo +200 +\d{3} +[0-9a-f]{12} +equal\n/);
  assert.equal(stderr, 'Copied demo.\nCopied fringe.\nCopied empty.\n');
});

test('a target that holds anything else is refused, and left alone', async () => {
  await using source = await makeDatabase('sqlite');
  await using target = await makeDatabase('postgres');
  await fill(source.config);
  await withStore(target.config, (store) => createClient(store, { name: 'other' }));
  const as = await everything(target);
  const { code, stdout, stderr } = await foyer(['copy', '--from', source.url, ...to(target)]);
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /The target holds a client already\. A copy needs an empty database/);
  assert.deepEqual(await everything(target), as);
});

/** Starts a copy, and sends it a signal as soon as the target has a number of customers. */
async function interrupt(source: string, target: TestDatabase, customers: number): Promise<void> {
  const child = start(source, target);
  await reached(target, customers, child);
  child.kill('SIGKILL');
  await once(child, 'close');
}

const start = (source: string, target: TestDatabase): ChildProcess =>
  spawn(process.execPath, [MAIN, 'copy', '--from', source, ...to(target)], {
    env: childEnvironment({}),
    stdio: ['ignore', 'ignore', 'pipe'],
  });

async function reached(target: TestDatabase, customers: number, child: ChildProcess): Promise<void> {
  while ((await countOf(target, 'customer')) < customers) {
    assert.equal(child.exitCode, null, 'the copy ended before it was interrupted');
    await sleep(5);
  }
}

const countOf = async (database: TestDatabase, table: string): Promise<number> =>
  Number((await database.rows(`select count(*) as count from ${table}`))[0]?.count);

for (const engine of ['postgres', 'sqlite'] as const) {
  test(`killed at any moment and run again on ${engine}, it goes on, and ends equal`, async () => {
    await using target = await makeDatabase(engine);
    const source = `sqlite:${large}`;
    await interrupt(source, target, 1 + Math.floor(Math.random() * (MANY / 2)));
    assert((await countOf(target, 'customer')) > 0, 'some were copied');
    assert.equal(await countOf(target, 'client_counter'), 0, 'it did not come to its end');

    // Nobody can mistake half a copy for a whole one.
    const command = (...words: string[]) => foyer(words, target.environment);
    assert.equal((await command('client', 'list', '--json')).stdout, '[]\n');
    assert.equal((await command('key', 'create', 'bench-1')).code, 1);
    assert.equal(await countOf(target, 'api_key'), 0);

    for (let round = 0; round < 4; round += 1) {
      const child = start(source, target);
      const timer = setTimeout(() => child.kill('SIGKILL'), 200 + Math.random() * 1500);
      await once(child, 'close');
      clearTimeout(timer);
      assert([null, 0].includes(child.exitCode), `round ${round} ended with ${child.exitCode}`);
    }
    const [client] = await copied('--from', source, ...to(target));
    assert.deepEqual([client?.customers, await countOf(target, 'customer')], [MANY, MANY]);
  });
}

test('what was copied before the source went on is copied anew', async () => {
  await using target = await makeDatabase('postgres');
  const source = await copyOfLarge();
  await interrupt(source.url, target, 2000);
  const config = { engine: 'sqlite', path: source.path } as const;
  await serving(config, async (baseUrl, store) => {
    const { key } = await createKey(store, { clientId: 1, scopes: allScopes, label: '', expiresAt: null });
    const { customers } = createFoyer({ baseUrl, client: 'bench-1', key, retries: 0 });
    const { email } = await customers.get({ customerId: 1 });
    // A copied address belongs to a later customer now.
    await customers.update({ customerId: 1, email: 'moved@x.nl' });
    await customers.update({ customerId: MANY - 5, email });
  });
  const [client] = await copied('--from', source.url, ...to(target));
  assert.equal(client?.rows.api_key, 2);
});

test('a source that is written to meanwhile is noticed, and can be copied afterwards', async () => {
  await using target = await makeDatabase('postgres');
  const source = await copyOfLarge();
  const child = start(source.url, target);
  const said: string[] = [];
  child.stderr?.on('data', (text) => said.push(String(text)));
  await reached(target, 1, child);
  // It waits until the source was written to.
  child.kill('SIGSTOP');
  const config = { engine: 'sqlite', path: source.path } as const;
  await withStore(config, (store) => createKey(store, { clientId: 1, scopes: allScopes, label: '', expiresAt: null }));
  child.kill('SIGCONT');
  if (child.exitCode === null) await once(child, 'close');
  assert.equal(child.exitCode, 1, said.join(''));
  assert.match(said.join(''), /The source was written to while it was copied \(client bench-1\)\. Stop its service/);
  assert.deepEqual([await countOf(target, 'api_key'), await countOf(target, 'client_counter')], [0, 0]);
  await copied('--from', source.url, ...to(target));
});

test('run on a finished copy it compares the two, and tells what is not the same', async () => {
  await using source = await makeDatabase('sqlite');
  await using target = await makeDatabase('postgres');
  await fill(source.config);
  const words = ['copy', '--from', source.url, ...to(target)];
  assert.equal((await foyer(words)).code, 0);
  assert.equal((await foyer(words)).code, 0);
  await target.rows(`update customer set city = 'Elders' where client_id = 2 and customer_id = 1`);
  const { code, stdout, stderr } = await foyer(words);
  assert.equal(code, 1);
  assert.match(stdout, /demo .* equal\nfringe .* different: customer\nempty .* equal\n/);
  assert.match(stderr, /not the same/);
});

test('wrong usage ends with 2, failure with 1, and no password is printed', async () => {
  const secret = 'geheim';
  const url = `postgres://foyer:${secret}@127.0.0.1:1/foyer`;
  const wrong = [
    [2, /required option '--to/, '--from', url],
    [2, /--from must be/, '--from', `mysql://foyer:${secret}@h/foyer`, '--to', url],
    [2, /--to must be/, '--from', `sqlite:${large}`, '--to', `postgres//foyer:${secret}@h`],
    [2, /too many arguments/, '--from', `sqlite:${large}`, '--to', url, url],
    [2, /unknown option/, '--from', `sqlite:${large}`, '--to', url, `--too=${url}`],
    [2, /same database/, '--from', url, '--to', url],
    [2, /same database/, '--from', `sqlite:${large}`, '--to', `sqlite:${join(large, '..', 'large.db')}`],
    [2, /--migrate-url/, '--from', url, '--to', 'sqlite:new.db', '--migrate-url', url],
    [1, /There is no file none\.db/, '--from', 'sqlite:none.db', '--to', url],
    [1, /ECONNREFUSED/, '--from', `sqlite:${large}`, '--to', url],
  ] as const;
  const ends = await Promise.all(wrong.map(([, , ...words]) => foyer(['copy', ...words])));
  for (const [at, [code, message]] of wrong.entries()) {
    const { stdout, stderr, code: ended } = ends[at] ?? assert.fail();
    assert.deepEqual([ended, stdout], [code, ''], stderr);
    assert.match(stderr, message);
    assert(!stderr.includes(secret), stderr);
    assert.doesNotMatch(stderr, /\n\s+at /);
  }
});
