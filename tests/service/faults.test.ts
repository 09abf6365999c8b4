import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFoyer, FoyerError } from '../../sdk/src/index.ts';
import { createKey, revoke } from '../../server/src/features/keys/writes.ts';
import { startFoyer } from '../harness/foyer.ts';
import { makeInstallation } from '../harness/installation.ts';
import { spawnFoyer } from '../harness/process.ts';
import { assertProblem, rawOf } from '../harness/raw.ts';

const jan = { email: 'jan@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' };
/** The time that the design promises for a new or revoked key. */
const KEY_NOTICED_MS = 5000;
/** More than one group of writes. */
const WAITING_WRITES = 200;

suite('when another holds the database', { concurrency: true }, () => {
  test('a write waits, and succeeds when it is let go soon', async () => {
    await using installation = await makeInstallation();
    await using foyer = await spawnFoyer(installation);
    await foyer.sdk.customers.create(jan);
    const other = await installation.hold();
    let isDone = false;
    const writing = foyer.sdk.customers.update({ customerId: 1, customerCity: 'Zwolle' }).finally(() => {
      isDone = true;
    });
    for (let reads = 0; reads < 10; reads += 1) await foyer.sdk.customers.get({ customerId: 1 });
    assert.equal(isDone, false, 'the write waits');
    await other[Symbol.asyncDispose]();
    assert.equal((await writing).customerCity, 'Zwolle');
  });

  test('writes are refused when it is not, while reads go on; afterwards writes work again', async (t) => {
    await using installation = await makeInstallation();
    await using foyer = await spawnFoyer(installation);
    await foyer.sdk.customers.create(jan);
    const other = await installation.hold();
    let areDone = false;
    const since = performance.now();
    const writing = Promise.all(Array.from({ length: WAITING_WRITES }, refusedWrite)).finally(() => {
      areDone = true;
    });
    async function refusedWrite(): Promise<number> {
      const body = JSON.stringify({ customerCity: 'Gent' });
      const headers = { 'content-type': 'application/json' };
      const answer = await rawOf(await foyer.fetch('/customer/1', { method: 'PUT', headers, body }));
      assertProblem(answer, 503);
      assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
      return performance.now() - since;
    }
    let reads = 0;
    for (; !areDone; reads += 1) {
      assert.equal((await foyer.sdk.customers.get({ customerId: 1 })).customerCity, '');
      assert.equal((await Array.fromAsync(foyer.sdk.exports.customers())).length, 1);
    }
    assert(reads >= 3, `only ${reads} reads were answered while the writes waited`);
    const waits = (await writing).sort((a, b) => a - b).map(Math.round);
    const [shortest = 0, longest = 0] = [waits[0], waits.at(-1)];
    t.diagnostic(`${reads} reads meanwhile; the writes waited from ${shortest} to ${longest} ms`);
    assert(longest < 2 * shortest, `no write waits for the waiting of others: ${shortest} to ${longest} ms`);
    await other[Symbol.asyncDispose]();
    assert.equal((await foyer.sdk.customers.update({ customerId: 1, customerCity: 'Zwolle' })).customerCity, 'Zwolle');
    assert.equal((await foyer.sdk.customers.create({ ...jan, email: 'b@x.nl' })).customerId, 2);
  });
});

suite('a key that is made or revoked beside the service', { concurrency: true }, () => {
  test('is noticed in time', async () => {
    await using installation = await makeInstallation();
    await using foyer = await spawnFoyer(installation);
    await foyer.sdk.customers.create(jan);
    const { clientId, client } = installation.key;
    const { key, keyId } = await installation.withStore((store) =>
      createKey(store, { clientId, scopes: ['customers:read'], label: '', expiresAt: null }),
    );
    const sdk = createFoyer({ baseUrl: foyer.url, client, key, retries: 0 });
    assert.equal((await sdk.customers.get({ customerId: 1 })).customerId, 1);
    await installation.withStore((store) => revoke(store, clientId, keyId));
    await assertRefusedInTime(() => sdk.customers.get({ customerId: 1 }));
    assert.equal((await foyer.sdk.customers.get({ customerId: 1 })).customerId, 1);
  });

  test('is noticed in time though the clock was set back', async () => {
    await using foyer = await startFoyer();
    const first = await foyer.client();
    const second = await foyer.key(first);
    const sdk = foyer.sdk(second);
    await sdk.customers.create(jan);
    const clock = Date.now;
    try {
      Date.now = () => clock() - 3_600_000;
      await revoke(foyer.app.store, second.clientId, second.keyId);
      await assertRefusedInTime(() => sdk.customers.get({ customerId: 1 }));
    } finally {
      Date.now = clock;
    }
  });
});

/** Asks until the key is refused; the promise is about time, so time is measured here. */
async function assertRefusedInTime(ask: () => Promise<unknown>): Promise<void> {
  const since = performance.now();
  for (;;) {
    const asked = performance.now() - since;
    try {
      await ask();
    } catch (error) {
      assert(error instanceof FoyerError);
      assert.equal(error.code, 'unauthorized');
      return;
    }
    assert(asked < KEY_NOTICED_MS, 'the key is still good 5 seconds after it was revoked');
    await sleep(50);
  }
}
