import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Customer, Foyer } from '../../sdk/src/index.ts';
import { openEvents, takeEvents } from '../harness/events.ts';
import { startFoyer } from '../harness/foyer.ts';
import { Poller } from '../harness/poller.ts';
import { randomOf } from '../harness/random.ts';

const SEED = 7;
const WRITERS = 32;
const POLLERS = 4;
const FIRST_CUSTOMERS = 32;
const MAX_ASSIGNED_CUSTOMERS = 200;
/** Far more writes than an export needs to catch up: a test that gets here has found one that does not end. */
const ENOUGH_WRITES = 5000;
const EVENTS = 400;
const EVENT_READERS = 8;

const named = (made: number) => ({ email: `v${made}@x.nl`, customerFirstName: 'Jan', customerLastName: 'Pas' });

/** Lets writers write concurrently until `isOver`; passes every returned customer to `onWrite`. */
async function write(foyer: Foyer, isOver: () => boolean, onWrite: (customer: Customer) => void): Promise<void> {
  let made = FIRST_CUSTOMERS;
  const writers = Array.from({ length: WRITERS }, async (_, index) => {
    const random = randomOf(SEED + index);
    for (let writes = 1; !isOver(); writes += 1) {
      const customerId = 1 + random.below(FIRST_CUSTOMERS);
      const kind = random.below(8);
      if (kind === 0 && made < MAX_ASSIGNED_CUSTOMERS) {
        made += 1;
        onWrite(await foyer.customers.create(named(made)));
      } else if (kind < 3) {
        await foyer.clientTypes.set({ customerId, clienttypes: [`tag ${index}`, `tag ${random.below(9)}`] });
      } else {
        onWrite(await foyer.customers.update({ customerId, customerCity: `${index}-${writes}` }));
      }
    }
  });
  await Promise.all(writers);
}

async function createFirst(foyer: Foyer): Promise<void> {
  for (let made = 1; made <= FIRST_CUSTOMERS; made += 1) await foyer.customers.create(named(made));
}

/**
 * Runs writers and pollers until the writers are done, and compares the result of each poller with
 * the table. Returns how often each polled while the writers wrote.
 */
async function checkMirrors(foyer: Foyer, isOver: () => boolean, onWrite: (customer: Customer) => void) {
  await createFirst(foyer);
  const pollers = Array.from({ length: POLLERS }, () => new Poller(foyer));
  let areWriting = true;
  const polling = pollers.map(async (poller, index) => {
    const random = randomOf(SEED * 100 + index);
    let polls = 0;
    while (areWriting) {
      await poller.poll(random.below(3) === 0 ? 1 + random.below(40) : undefined);
      if (areWriting) polls += 1;
    }
    await poller.poll();
    return polls;
  });
  const writing = write(foyer, isOver, onWrite).finally(() => {
    areWriting = false;
  });
  const [polls] = await Promise.all([Promise.all(polling), writing]);
  const table = await Array.fromAsync(foyer.exports.customers());
  for (const [index, customer] of table.entries()) {
    const before = table[index - 1]?.lastChanged ?? customer.lastChanged;
    assert(Date.parse(before) <= Date.parse(customer.lastChanged), `${customer.lastChanged} comes after ${before}`);
  }
  const expected = byId(table);
  assert(expected.length > FIRST_CUSTOMERS);
  for (const { mirror } of pollers) assert.deepEqual(byId([...mirror.values()]), expected);
  return { table, polls };
}

const byId = (customers: readonly Customer[]) => customers.toSorted((a, b) => a.customerId - b.customerId);

test(`pollers that ask with the last lastChanged miss nothing (seed ${SEED})`, async (t) => {
  await using foyer = await startFoyer();
  const sdk = foyer.sdk(await foyer.client());
  const seconds = new Set<string>();
  let writes = 0;
  const { polls } = await checkMirrors(
    sdk,
    () => seconds.size >= 4,
    ({ lastChanged }) => {
      seconds.add(lastChanged);
      writes += 1;
    },
  );
  t.diagnostic(`${writes} writes, polls meanwhile: ${polls}`);
});

test(`nor do they when the clock is set back an hour (seed ${SEED})`, async (t) => {
  await using foyer = await startFoyer();
  const sdk = foyer.sdk(await foyer.client());
  const clock = Date.now;
  let writes = 0;
  let latest = 0;
  try {
    const { table, polls } = await checkMirrors(
      sdk,
      () => writes >= 1000,
      ({ lastChanged }) => {
        writes += 1;
        latest = Math.max(latest, Date.parse(lastChanged));
        if (writes === 400) Date.now = () => clock() - 3_600_000;
      },
    );
    assert.notEqual(Date.now, clock);
    assert.equal(Date.parse(table.at(-1)?.lastChanged ?? ''), latest);
    assert(latest > Date.now() + 3_000_000, 'the order went on from where the clock had been');
    t.diagnostic(`${writes} writes, polls meanwhile: ${polls}`);
  } finally {
    Date.now = clock;
  }
});

test('an export ends though the writers do not', async () => {
  await using foyer = await startFoyer();
  const sdk = foyer.sdk(await foyer.client());
  await createFirst(sdk);
  let writes = 0;
  let hasEnded = false;
  const writing = write(
    sdk,
    () => hasEnded || writes >= ENOUGH_WRITES,
    () => {
      writes += 1;
    },
  );
  let records = 0;
  for (let exports = 0; exports < 5; exports += 1) for await (const _ of sdk.exports.customers()) records += 1;
  hasEnded = true;
  await writing;
  assert(writes < ENOUGH_WRITES, `${writes} writes were made before 5 exports ended, of ${records} records`);
});

test('for no reader of events does a customer go back in time, however many read the same', async () => {
  await using foyer = await startFoyer();
  const key = await foyer.client();
  const { customers } = foyer.sdk(key);
  for (let made = 1; made <= EVENTS / 5; made += 1) await customers.create(named(made));
  const write = (writes: number) => customers.update({ customerId: 1 + (writes % 3), customerCity: String(writes) });
  for (let writes = 1; writes <= EVENTS; writes += 1) await write(writes);
  let isOver = false;
  const writing = (async () => {
    for (let writes = EVENTS + 1; !isOver; writes += 1) await write(writes);
  })();
  try {
    const random = randomOf(SEED);
    for (let reader = 0; reader < EVENT_READERS; reader += 1) {
      // Its first page is its own; those behind it were read a moment ago by the reader before it.
      const response = await openEvents(foyer, key, `?after=${random.below(EVENTS / 5)}`);
      const cities = new Map<number, number>();
      for (const { data } of await takeEvents(response, EVENTS)) {
        const { customer } = JSON.parse(data) as { customer: Customer };
        const city = Number(customer.customerCity ?? 0);
        assert(city >= (cities.get(customer.customerId) ?? 0), `${customer.customerId} went back to ${city}`);
        cities.set(customer.customerId, city);
      }
    }
  } finally {
    isOver = true;
    await writing;
  }
});
