/** `foyer serve --demo`, as a process: on a terminal, and with a log that goes elsewhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Customer, createFoyer } from '../../sdk/src/index.ts';
import { openBrowser } from '../harness/browser.ts';
import { runFoyer } from '../harness/command.ts';
import { engineName, makeDatabase, type TestDatabase } from '../harness/database.ts';
import { onPipe, onTerminal } from '../harness/printed.ts';

const KEY = /foyer_1_[\w-]{32}/;

const environmentOf = ({ environment }: TestDatabase) => ({ ...environment, PORT: '0', LOG_LEVEL: 'silent' });
const demoOnTerminal = (database: TestDatabase) => onTerminal(['serve', '--demo'], environmentOf(database));
const urlIn = (text: string) => /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? assert.fail(text);
const keyIn = (text: string) => KEY.exec(text)?.[0] ?? assert.fail(text);
const allOf = (baseUrl: string, key: string): Promise<Customer[]> =>
  Array.fromAsync(createFoyer({ baseUrl, client: 'demo', key }).exports.customers());
const withoutTimes = (customers: readonly Customer[]) =>
  customers.map((customer) => ({ ...customer, lastChanged: '' }));

test('on an empty database it makes 200 customers, always the same, and shows a key that works, once', async () => {
  const runs: Customer[][] = [];
  for (let run = 0; run < 2; run += 1) {
    await using database = await makeDatabase(engineName, false);
    await using first = demoOnTerminal(database);
    const shown = await first.shows(/customer\/1\n/);
    const key = keyIn(shown);
    const customers = await allOf(urlIn(shown), key);
    runs.push(customers);
    assert.deepEqual(
      customers.map(({ customerId }) => customerId).sort((a, b) => a - b),
      Array.from({ length: 200 }, (_, at) => at + 1),
    );
    assert.equal(await first.interrupt(), 0);

    await using second = demoOnTerminal(database);
    const again = await second.shows(/API key.*\n/);
    assert.doesNotMatch(again, KEY);
    assert.deepEqual(await allOf(urlIn(again), key), customers);
    assert.equal(await second.interrupt(), 0);
  }
  const [one = [], other = []] = runs;
  assert.deepEqual(withoutTimes(one), withoutTimes(other));
});

test('the line to paste works as it stands', async () => {
  await using database = await makeDatabase(engineName, false);
  await using service = demoOnTerminal(database);
  const shown = await service.shows(/customer\/1\n/);
  const [, key = ''] = /^ *export KEY=(\S+)$/m.exec(shown) ?? [];
  const [, url] = /^ *curl -H "Authorization: \$KEY" (\S+)$/m.exec(shown) ?? [];
  const response = await fetch(url ?? assert.fail(shown), { headers: { authorization: key } });
  assert.equal(response.status, 200);
  assert.equal((await response.json()).customerId, 1);
});

test('each start on a terminal shows a link that signs in to the console, once; a log gets none', async () => {
  await using database = await makeDatabase(engineName, false);
  const links = new Set<string>();
  for (let start = 0; start < 2; start += 1) {
    await using service = demoOnTerminal(database);
    const shown = await service.shows(/API key.*\n/);
    const [link = '', token = ''] = /http:\S+\/console\/link#([\w-]{43})/.exec(shown) ?? assert.fail(shown);
    links.add(link);
    const { session, foyer } = openBrowser(urlIn(shown));
    const { clients } = await session.redeemLink({ token });
    assert.deepEqual(
      clients.map(({ name, role }) => [name, role]),
      [['demo', 'admin']],
    );
    assert.equal((await foyer('demo').customers.get({ customerId: 1 })).customerId, 1);
    await assert.rejects(session.redeemLink({ token }), { code: 'link-used' });
    assert.equal(await service.interrupt(), 0);
  }
  assert.equal(links.size, 2);
  await using logged = onPipe(['serve', '--demo'], environmentOf(database));
  const shown = await logged.shows(/API key.*\n/);
  assert.match(shown, /Console +http:\S+\/console\n/);
});

/** The keys of the demo, without what differs between them. */
async function keysOf({ environment }: TestDatabase): Promise<unknown[]> {
  const { stdout } = await runFoyer(['key', 'list', 'demo', '--json'], environment);
  return JSON.parse(stdout).map(({ scopes, expires }: Record<string, unknown>) => ({ scopes, expires }));
}

test('a log gets no key, but the command that makes one', async () => {
  await using database = await makeDatabase(engineName, false);
  await using service = onPipe(['serve', '--demo'], environmentOf(database));
  const shown = await service.shows(/API key.*\n/);
  assert.doesNotMatch(shown, KEY);
  const [, command = ''] = /API key +npx foyer (.+)\n/.exec(shown) ?? assert.fail(shown);
  assert.deepEqual(await keysOf(database), [], 'none was made that nobody has seen');
  const { stdout } = await runFoyer(command.split(' '), database.environment);
  assert.equal((await allOf(urlIn(shown), keyIn(stdout))).length, 200);
});

test('the command that it names makes a key like the one that was shown', async () => {
  await using database = await makeDatabase(engineName, false);
  await using service = demoOnTerminal(database);
  const shown = await service.shows(/customer\/1\n/);
  const [, command = ''] = /"npx foyer (.+)" makes another/.exec(shown) ?? assert.fail(shown);
  const { stdout } = await runFoyer(command.split(' '), database.environment);
  assert.equal((await allOf(urlIn(shown), keyIn(stdout))).length, 200);
  const [first, second, ...more] = await keysOf(database);
  assert.deepEqual([second, more], [first, []]);
});

test('on a database with other clients it makes none, and says how to get a key of those', async () => {
  await using database = await makeDatabase();
  const env = database.environment;
  assert.equal((await runFoyer(['client', 'create', 'fringe'], env)).code, 0);
  await using service = demoOnTerminal(database);
  await service.shows(/API key +npx foyer key create CLIENT\n/);
  const clients = JSON.parse((await runFoyer(['client', 'list', '--json'], env)).stdout);
  assert.deepEqual(
    clients.map(({ name }: { name: string }) => name),
    ['fringe'],
  );
});
