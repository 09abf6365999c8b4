/** Two processes of the service on one database. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Foyer, FoyerError } from '../../sdk/src/index.ts';
import { makeInstallation } from '../harness/installation.ts';
import { Poller } from '../harness/poller.ts';
import { spawnFoyer } from '../harness/process.ts';
import { checkRecord } from '../harness/record.ts';
import { makeWriters } from '../harness/writers.ts';

const SEED = 11;
const person = { customerFirstName: 'Jan', customerLastName: 'Pas' };

async function startTwo() {
  const installation = await makeInstallation();
  const [first, second] = await Promise.all([spawnFoyer(installation), spawnFoyer(installation)]);
  return {
    installation,
    first,
    second,
    async [Symbol.asyncDispose]() {
      for (const one of [first, second, installation]) await one[Symbol.asyncDispose]();
    },
  };
}

test('of 20 creates with one address at the same moment, ten at each, one is made; the others are told', async () => {
  await using two = await startTwo();
  for (let round = 1; round <= 10; round += 1) {
    const email = `jan${round}@x.nl`;
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        [two.first, two.second][at % 2]?.sdk.customers
          .create({ ...person, email: at % 3 === 0 ? email.toUpperCase() : email })
          .catch((error: FoyerError) => error),
      ),
    );
    const made = outcomes.filter((outcome) => !(outcome instanceof FoyerError));
    assert.equal(made.length, 1, `${made.length} were made of ${email}`);
    for (const outcome of outcomes) {
      if (!(outcome instanceof FoyerError)) continue;
      assert.deepEqual(
        outcome.violations.map(({ field, code, customerId }) => [field, code, customerId]),
        [['email', 'taken', round]],
      );
    }
  }
  assert.equal(await checkRecord(two.installation, two.installation.key.keyId), 10);
});

/** Sends the same request with the same key to both processes in turn, many times at once. */
async function sendToBoth(
  { first, second }: Awaited<ReturnType<typeof startTwo>>,
  times: number,
  path: string,
  body: unknown,
) {
  return Promise.all(
    Array.from({ length: times }, async (_, at) => {
      const response = await [first, second][at % 2]?.fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': '"once"' },
        body: JSON.stringify(body),
      });
      const isReplayed = response?.headers.get('idempotency-replayed') === 'true';
      return { status: response?.status, isReplayed, text: await response?.text() };
    }),
  );
}

test('of 50 requests at once with one Idempotency-Key, 25 at each, one is done, and answers all', async () => {
  await using two = await startTwo();
  const answers = await sendToBoth(two, 50, '/customer', { ...person, email: 'jan@x.nl' });
  const done = answers.filter(({ status }) => status !== 409);
  for (const { status, text } of done) assert.deepEqual([status, text], [201, done[0]?.text]);
  assert.equal(done.filter(({ isReplayed }) => !isReplayed).length, 1);
  assert.equal(await checkRecord(two.installation, two.installation.key.keyId), 1);
});

test('both share a batch that is sent to them at the same moment, and answer it alike', async () => {
  await using two = await startTwo();
  const customers = Array.from({ length: 1000 }, (_, at) => ({ ...person, email: `jan${at}@x.nl` }));
  const [one, other] = await sendToBoth(two, 2, '/customer/batch', { customers });
  assert.deepEqual(other?.text, one?.text);
  const lines: { outcome: string }[] = JSON.parse(one?.text ?? '');
  assert.deepEqual([lines.length, lines.every(({ outcome }) => outcome === 'created')], [1000, true]);
  assert.equal(await checkRecord(two.installation, two.installation.key.keyId), 1000);
});

test(`pollers of either process miss nothing of 8 writers on each (seed ${SEED})`, async (t) => {
  await using two = await startTwo();
  const sdks = [two.first.sdk, two.second.sdk];
  const sides = sdks.map((foyer, at) => ({ foyer, writers: makeWriters(8, SEED + 100 * at, `p${at}-`) }));
  const pollers = Array.from({ length: 4 }, (_, at) => new Poller(sdks[at % 2] as Foyer));
  let acknowledged = 0;
  let isOver = false;
  const writing = Promise.all(
    sides.map(({ foyer, writers }) =>
      writers.write(
        foyer,
        () => acknowledged >= 1500,
        () => {
          acknowledged += 1;
        },
      ),
    ),
  ).finally(() => {
    isOver = true;
  });
  await Promise.all([
    writing,
    ...pollers.map(async (poller, at) => {
      // Some leave in the middle, and continue from the last record that they received.
      while (!isOver) await poller.poll(at < 2 ? 7 : undefined);
    }),
  ]);
  const table = new Map<number, unknown>();
  for await (const customer of two.first.sdk.exports.customers()) table.set(customer.customerId, customer);
  for (const poller of pollers) {
    await poller.poll();
    assert.deepEqual(
      new Map([...poller.mirror].sort(([a], [b]) => a - b)),
      new Map([...table].sort(([a], [b]) => a - b)),
    );
  }
  const changes = await checkRecord(two.installation, two.installation.key.keyId);
  t.diagnostic(`${acknowledged} acknowledged, ${changes} changes, ${table.size} customers`);
});
