/**
 * Customers that the index takes in together, thousands at once, are found like those that it takes in one by one;
 * also when they change afterwards. (PostgreSQL packs their words in pages.)
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFoyer, type Foyer } from '../../sdk/src/index.ts';
import { createCustomer } from '../../server/src/features/customers/writes.ts';
import { runFoyer } from '../harness/command.ts';
import { makeInstallation, type TestInstallation } from '../harness/installation.ts';
import { spawnFoyer } from '../harness/process.ts';
import { type Random, randomOf } from '../harness/random.ts';
import { untilIndexed, whenAvailable } from '../harness/search-index.ts';

/** As many as are packed together, and some more. */
const CUSTOMERS = 2200;
const CHANGED = 200;

const lastNames = ['Jansen', 'Janssens', 'Jansma', 'Jansenius', 'Vis', 'Visser', '𐐷jans', 'Öztürk'];
const cities = ['Zwolle', 'Zwijndrecht', 'Deventer'];
const asked = ['j', 'jans', 'jansen', 'jansens', 'janssens', 'jansz', 'vi', 'vis', '𐐷', '𐐷jans', 'oz', 'eva v', 'zwo'];

interface Visitor {
  readonly email: string;
  readonly customerFirstName: string;
  readonly customerLastName: string;
  readonly customerCity: string;
  readonly customerPhone: string;
}

const drawn = (random: Random, number: number): Visitor => ({
  email: `u${number}@x.example`,
  customerFirstName: random.pick(['Eva', 'Jan']),
  customerLastName: random.pick(lastNames),
  customerCity: random.pick(cities),
  customerPhone: `06${10_000_000 + random.below(89_999_999)}`,
});

async function writeAll(installation: TestInstallation, visitors: readonly Visitor[]): Promise<void> {
  const principal = { clientId: installation.key.clientId, actor: { kind: 'command', id: null } } as const;
  await installation.withStore(async (store) => {
    await Promise.all(visitors.map((one) => store.write(principal, (tx) => createCustomer(tx, one))));
  });
}

const fold = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** Does each word begin one of the visitor's? As the rules say, without what concerns spellings and typing errors. */
function isFound({ email: _, ...visitor }: Visitor, text: string): boolean {
  const words = Object.values(visitor).map(fold);
  return fold(text)
    .split(' ')
    .every((term) => words.some((word) => word.startsWith(term)));
}

async function checkSearches(sdk: Foyer, visitors: readonly Visitor[]): Promise<void> {
  for (const text of asked) {
    const expected = visitors.filter((one) => isFound(one, text)).length;
    // Otherwise it looks for what may have been meant.
    if (expected > 0) assert.equal((await whenAvailable(() => sdk.customers.search(text))).count, expected, text);
  }
  for (const city of cities) {
    const list = await whenAvailable(() => sdk.customers.search('', { city }));
    assert.equal(list.count, visitors.filter((one) => one.customerCity === city).length, city);
  }
  for (const one of visitors.slice(0, 20)) {
    const { customers } = await sdk.customers.search(one.customerPhone.slice(4));
    assert(
      customers.some(({ email }) => email === one.email),
      one.customerPhone,
    );
  }
}

for (const how of ['made from all customers', 'brought up to date']) {
  test(`an index that is ${how} finds them all, and as they are after each change`, async () => {
    await using installation = await makeInstallation();
    const random = randomOf(7);
    const visitors = Array.from({ length: CUSTOMERS }, (_, at) => drawn(random, at + 1));
    const isFromNothing = how === 'made from all customers';
    if (!isFromNothing) {
      await writeAll(installation, visitors.slice(0, 1));
      await using _ = await spawnFoyer(installation);
      await untilIndexed(installation);
    }
    await writeAll(installation, visitors.slice(isFromNothing ? 0 : 1));

    await checkService(installation, visitors, async () => {
      if (installation.engine === 'postgres') await checkPacked(installation, isFromNothing ? 0 : 1);
    });

    for (let round = 0; round < 2; round += 1) {
      // Some get back the name that they had.
      const changes = new Set(Array.from({ length: CHANGED }, () => random.below(CUSTOMERS)));
      for (const at of changes) visitors[at] = drawn(random, at + 1);
      const changed = [...changes].map((at) => visitors[at] as Visitor);
      await checkService(installation, visitors, (sdk) => Array.fromAsync(sdk.customers.batch({ customers: changed })));
      // The next service remembers no lists: it reads the index.
      await checkService(installation, visitors);
    }
    const { stdout } = await runFoyer(['doctor', '--full'], installation.environment);
    // The server of the tests does not wait for its disk, and that is found.
    assert.doesNotMatch(stdout, /index/, stdout);
  });
}

/** Starts the service, has something done, and searches before and after the index has that. */
async function checkService(
  installation: TestInstallation,
  visitors: readonly Visitor[],
  first: (sdk: Foyer) => Promise<unknown> = async () => {},
): Promise<void> {
  await using service = await spawnFoyer(installation);
  const sdk = createFoyer({ baseUrl: service.url, client: 'theatre', key: installation.key.key });
  // It has the index made at once.
  await whenAvailable(() => sdk.customers.search('eva'));
  await untilIndexed(installation);
  await first(sdk);
  await checkSearches(sdk, visitors);
  await untilIndexed(installation);
}

/** Their words are in pages, except those of some who were there before. */
async function checkPacked(installation: TestInstallation, before: number): Promise<void> {
  const [{ customers } = {}] = await installation.rows(
    'select count(distinct customer_id) as customers from customer_word',
  );
  assert.equal(Number(customers), before);
  const [{ pages } = {}] = await installation.rows('select count(*) as pages from customer_word_page');
  assert(Number(pages) > 50, `${pages} pages`);
}
