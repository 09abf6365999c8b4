/**
 * The index of the search follows the records: whatever happens to it, every search finds what a look at each record
 * would.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFoyer, type Foyer } from '../../sdk/src/index.ts';
import { createCustomer } from '../../server/src/features/customers/writes.ts';
import { timesOf } from '../harness/environment.ts';
import { makeInstallation, type TestInstallation } from '../harness/installation.ts';
import { type FoyerProcess, spawnFoyer } from '../harness/process.ts';
import { untilIndexed, whenAvailable } from '../harness/search-index.ts';

/**
 * How often the service is killed, and how many writes are searched for: `SEARCH_KILLS=50 SEARCH_WRITES=10000` for
 * long.
 */
const KILLS = timesOf('SEARCH_KILLS', 3);
const WRITES = timesOf('SEARCH_WRITES', 200);
/** More than one batch. */
const CUSTOMERS = 3000;

const lastNames = ['Boersma', 'Jansen', 'Nieuwenhuis', 'Visser'] as const;
const visitor = (number: number) => ({
  email: `visitor${number}@x.example`,
  customerFirstName: 'Eva',
  customerLastName: lastNames[number % lastNames.length] as string,
});

/** An installation with customers and without an index, as after an upgrade. */
async function withoutIndex(customers = CUSTOMERS): Promise<TestInstallation> {
  const installation = await makeInstallation();
  const principal = { clientId: installation.key.clientId, actor: { kind: 'command', id: null } } as const;
  await installation.withStore(async (store) => {
    const writes = Array.from({ length: customers }, (_, index) =>
      store.write(principal, (tx) => createCustomer(tx, visitor(index + 1))),
    );
    await Promise.all(writes);
  });
  return installation;
}

const sdkOf = (url: string, { key }: TestInstallation) =>
  createFoyer({ baseUrl: url, client: key.client, key: key.key, retries: 0 });

const pageWhenMade = ({ customers }: Foyer, text: string) => whenAvailable(() => customers.search(text));

const countWhenMade = async (sdk: Foyer, text: string): Promise<number> => (await pageWhenMade(sdk, text)).count;

/** Every search finds what the table holds. */
async function checkSearches(sdk: Foyer, installation: TestInstallation): Promise<void> {
  for (const name of lastNames) {
    const [row] = await installation.rows(`select count(*) as n from customer where last_name = '${name}'`);
    assert.equal(await countWhenMade(sdk, name), Number(row?.n), name);
  }
  const [all] = await installation.rows('select count(*) as n from customer');
  assert.equal(await countWhenMade(sdk, 'eva'), Number(all?.n), 'all of them');
  const listed = await Array.fromAsync(sdk.customers.list({ sort: 'name', limit: 200 }), (one) => one.customerLastName);
  assert.equal(listed.length, Number(all?.n));
  assert.deepEqual(listed, listed.toSorted());
}

test('customers that are written to while it is made are found as they are then', async () => {
  await using installation = await withoutIndex();
  await using service = await spawnFoyer(installation);
  const sdk = sdkOf(service.url, installation);
  await sdk.customers.update({ customerId: CUSTOMERS, customerLastName: 'Ouderkerk' });
  await sdk.customers.update({ customerId: 1, customerLastName: 'Ouderkerk' });
  await sdk.customers.create(visitor(CUSTOMERS + 1));
  assert.equal(await countWhenMade(sdk, 'ouderk'), 2);
  await checkSearches(sdk, installation);
  await untilIndexed(installation);
  await checkSearches(sdk, installation);
});

test('when the service is killed while it is made, the next start goes on; two services do it together', async () => {
  await using installation = await withoutIndex();
  for (let kill = 0; kill < 3; kill += 1) {
    await using service = await spawnFoyer(installation);
    await sleep(30 * kill);
    service.child.kill('SIGKILL');
  }
  await using first = await spawnFoyer(installation);
  await using second =
    installation.engine === 'postgres'
      ? await spawnFoyer(installation)
      : { url: first.url, [Symbol.asyncDispose]: async () => {} };
  for (const { url } of [first, second]) await checkSearches(sdkOf(url, installation), installation);
});

test('each write is found by the very next search, on another connection and in another process', async () => {
  await using installation = await makeInstallation();
  await using first = await spawnFoyer(installation);
  const isShared = installation.engine === 'postgres';
  await using second = isShared
    ? await spawnFoyer(installation)
    : { url: first.url, [Symbol.asyncDispose]: async () => {} };
  const [writer, reader] = [sdkOf(first.url, installation), sdkOf(second.url, installation)];
  const letters = (number: number): string => [...String(number)].map((digit) => 'bcdfghjklm'[Number(digit)]).join('e');
  for (let number = 1; number <= 5; number += 1) await writer.customers.create(visitor(number));
  for (let number = 6; number <= WRITES + 5; number += 1) {
    const name = `Q${letters(number)}q`;
    const { customerId } =
      number % 3 === 0
        ? await writer.customers.update({ customerId: 1 + (number % 5), customerLastName: name })
        : await writer.customers.create({ ...visitor(number), customerLastName: name });
    const { customers } = await pageWhenMade(reader, name);
    assert.equal(customers[0]?.customerId, customerId, `${name}, write ${number}`);
  }
});

test(`killed ${KILLS} times while it writes and indexes, it finds after each start what is in the table`, async () => {
  await using installation = await withoutIndex(500);
  let next = 501;
  for (let kill = 0; kill < KILLS; kill += 1) {
    await using service = await spawnFoyer(installation);
    const isOver = { now: false };
    const writing = Promise.all(Array.from({ length: 8 }, () => writeOn(service, isOver, () => next++)));
    await sleep(100 + ((kill * 97) % 400));
    service.child.kill('SIGKILL');
    isOver.now = true;
    await writing;
    await using again = await spawnFoyer(installation);
    await checkSearches(sdkOf(again.url, installation), installation);
  }
});

/** Creates and updates until the service is gone. */
async function writeOn({ sdk }: FoyerProcess, isOver: { now: boolean }, next: () => number): Promise<void> {
  while (!isOver.now) {
    const number = next();
    try {
      await sdk.customers.create(visitor(number));
      await sdk.customers.update({
        customerId: 1 + (number % 500),
        customerLastName: visitor(number + 1).customerLastName,
      });
    } catch {
      return;
    }
  }
}
