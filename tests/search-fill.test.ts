/** The index of the search is made for the customers that were there before it, while the service is at work. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFoyer, type Foyer, FoyerError } from '../sdk/src/index.ts';
import { createCustomer } from '../server/src/features/customers/writes.ts';
import { makeInstallation, type TestInstallation } from './harness/installation.ts';
import { spawnFoyer } from './harness/process.ts';

const CUSTOMERS = 3000;
const visitor = (number: number) => ({
  email: `visitor${number}@x.example`,
  customerFirstName: 'Eva',
  customerLastName: number % 2 ? 'Jansen' : 'Visser',
});

/** An installation as it is before the migration: customers without an index. */
async function withoutIndex(): Promise<TestInstallation> {
  const installation = await makeInstallation();
  const principal = { clientId: installation.key.clientId, actor: { kind: 'command', id: null } } as const;
  await installation.withStore(async (store) => {
    const writes = Array.from({ length: CUSTOMERS }, (_, index) =>
      store.write(principal, (tx) => createCustomer(tx, visitor(index + 1))),
    );
    await Promise.all(writes);
  });
  for (const table of ['customer_word', 'customer_search', 'search_word', 'search_fill']) {
    await installation.rows(`delete from ${table}`);
  }
  return installation;
}

/** Searches until the index is made. */
async function countWhenMade({ customers }: Foyer, text: string): Promise<number> {
  for (;;) {
    try {
      return (await customers.search(text)).count;
    } catch (error) {
      assert(error instanceof FoyerError && error.code === 'unavailable', String(error));
      await sleep(20);
    }
  }
}

const sdkOf = (url: string, { key }: TestInstallation) =>
  createFoyer({ baseUrl: url, client: key.client, key: key.key, retries: 0 });

test('customers that are written to while it is made are found as they are then', async () => {
  await using installation = await withoutIndex();
  await using service = await spawnFoyer(installation);
  const sdk = sdkOf(service.url, installation);
  await sdk.customers.update({ customerId: CUSTOMERS, customerLastName: 'Nieuwenhuis' });
  await sdk.customers.update({ customerId: 1, customerLastName: 'Ouderkerk' });
  await sdk.customers.create(visitor(CUSTOMERS + 1));
  assert.equal(await countWhenMade(sdk, 'eva'), CUSTOMERS + 1);
  assert.equal(await countWhenMade(sdk, 'jansen'), CUSTOMERS / 2);
  assert.equal(await countWhenMade(sdk, 'visser'), CUSTOMERS / 2 - 1);
  assert.equal(await countWhenMade(sdk, 'nieuwenh'), 1);
  assert.equal(await countWhenMade(sdk, 'ouderk'), 1);
  const [indexed] = await installation.rows('select count(*) as n from customer_search');
  assert.equal(Number(indexed?.n), CUSTOMERS + 1);
});

test('when the service is killed meanwhile, the next start goes on; two services do it together', async () => {
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
  for (const { url } of [first, second]) assert.equal(await countWhenMade(sdkOf(url, installation), 'eva'), CUSTOMERS);
  const [words] = await installation.rows("select count(*) as n from customer_word where word = 'jansen'");
  assert.equal(Number(words?.n), CUSTOMERS / 2);
});
