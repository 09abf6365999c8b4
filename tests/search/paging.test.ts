/** Pages while others write: a customer who did not change is met exactly once, in every order. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Foyer } from '../../sdk/src/index.ts';
import { makeCustomers } from '../harness/customers.ts';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';
import { randomOf } from '../harness/random.ts';

const CUSTOMERS = 240;
const WRITERS = 4;
/** After each write: enough of them fall between two pages, and the pages are not held up. */
const PAUSE_MS = 2;
/** The customers that are never written to; all others are. */
const isStill = (customerId: number): boolean => customerId <= CUSTOMERS && customerId % 3 === 0;

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const lastNames = ['Jansen', 'de Vries', 'Jacobs', 'Visser', 'Janssen', 'Smit'];
const visitor = (number: number, other: number) => ({
  email: `visitor${number}@x.example`,
  customerFirstName: ['Jan', 'Eva', 'Piet'][other % 3] ?? '',
  customerLastName: lastNames[other % lastNames.length] ?? '',
  customerCity: ['Zwolle', 'Utrecht'][other % 2] ?? '',
});

/** Writes until it is told to stop; returns the number of its writes. */
async function write({ customers }: Foyer, seed: number, writing: { isOver: boolean }): Promise<number> {
  const random = randomOf(seed);
  let count = 0;
  while (!writing.isOver) {
    const customerId = 1 + random.below(CUSTOMERS);
    count += 1;
    if (random.below(10) === 0) {
      await customers.create(visitor(CUSTOMERS + seed * 100_000 + count, count));
    } else if (!isStill(customerId)) {
      const { email: _, ...fields } = visitor(customerId, random.below(100));
      await customers.update({ customerId, ...fields });
    }
    await sleep(PAUSE_MS);
  }
  return count;
}

for (const query of [
  { sort: 'name' },
  { sort: '-lastChanged' },
  { sort: 'customerId' },
  { search: 'j' },
  { search: 'ja zw' },
  { search: 'j', sort: 'name', city: 'Utrecht' },
  { search: 'visesr' },
] as const) {
  test(`${JSON.stringify(query)} meets who did not change exactly once`, async () => {
    const key = await foyer.client();
    const sdk = foyer.sdk(key);
    const visitors = Array.from({ length: CUSTOMERS }, (_, at) => visitor(at + 1, at + 1));
    await makeCustomers(foyer.app.store, key.clientId, visitors);
    const idsOf = async (limit: number) =>
      (await Array.fromAsync(sdk.customers.list({ ...query, limit }))).map(({ customerId }) => customerId);
    const expected = (await idsOf(200)).filter(isStill).sort((a, b) => a - b);
    assert(expected.length >= 10, `${expected.length} of those who fit stay as they are`);
    const writing = { isOver: false };
    const writers = Array.from({ length: WRITERS }, (_, index) => write(sdk, index + 1, writing));
    try {
      for (const limit of [3, 7, 50]) {
        const met = (await idsOf(limit)).filter(isStill).sort((a, b) => a - b);
        assert.deepEqual(met, expected, `in pages of ${limit}`);
      }
    } finally {
      writing.isOver = true;
    }
    const writes = (await Promise.all(writers)).reduce((sum, one) => sum + one, 0);
    assert(writes >= WRITERS, `${writes} writes were made meanwhile`);
  });
}
