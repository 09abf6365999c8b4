/** Invalid keys: beyond five thousand in a minute from one address, none is looked up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { revoke } from '../../server/src/features/keys/writes.ts';
import { startFoyer } from '../harness/foyer.ts';

const MOST = 5000;
const AT_ONCE = 50;
/** How long a key that was seen is accepted without another look-up. */
const FRESH_MS = 2000;

test('who tries keys from one address is refused; good keys go on, and other addresses do not notice', async () => {
  await using foyer = await startFoyer(undefined, { trustedProxies: 1 });
  const key = await foyer.client();
  const unseen = await foyer.key(key);
  const revoked = await foyer.key(key);
  await foyer.sdk(key).customers.create({ email: 'jan@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' });
  const ask = async (authorization: string, address: string) => {
    const headers = { authorization, 'x-forwarded-for': address };
    const response = await foyer.fetch(key, '/customer/1', { headers });
    await response.arrayBuffer();
    return response;
  };
  const here = '2001:db8:1:2::1';
  assert.equal((await ask(key.key, here)).status, 200);
  assert.equal((await ask(revoked.key, here)).status, 200);
  await revoke(foyer.app.store, revoked.clientId, revoked.keyId);
  const guess = (at: number) => `foyer_${key.clientId}_${String(at).padStart(32, 'A')}`;
  const statuses = new Map<number, number>();
  // Many at once: all of them must be within the minute, even on a busy machine.
  for (let first = 0; first < MOST + 100; first += AT_ONCE) {
    const tries = Array.from({ length: AT_ONCE }, (_, index) => {
      const at = first + index;
      return ask(at % 2 === 0 ? guess(at) : 'nonsense', `2001:db8:1:2::${at.toString(16)}`);
    });
    for (const { status } of await Promise.all(tries)) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  assert.deepEqual(
    [...statuses],
    [
      [401, MOST],
      [429, 100],
    ],
  );
  const refused = await ask(unseen.key, here);
  assert.equal(refused.status, 429, 'also a good key that was never seen: it is not looked up');
  const seconds = Number(refused.headers.get('retry-after'));
  assert(seconds >= 1 && seconds <= 60, String(seconds));
  assert.equal((await ask(unseen.key, '2001:db8:1:3::1')).status, 200, 'another network');
  assert.equal((await ask(key.key, here)).status, 200);
  await sleep(FRESH_MS + 100);
  assert.equal((await ask(key.key, here)).status, 200, 'it is looked up again');
  assert.equal((await ask(unseen.key, here)).status, 200, 'it has been seen by now');
  assert.equal((await ask(revoked.key, here)).status, 401, 'once it was good, and is looked up a last time');
  assert.equal((await ask(revoked.key, here)).status, 429);
});

test('good keys count for nothing, however many are seen for the first time', async () => {
  await using foyer = await startFoyer();
  const key = await foyer.client();
  for (let at = 0; at < 20; at += 1) {
    const other = await foyer.key(key);
    assert.equal((await foyer.fetch(other, '/customer/1')).status, 404);
  }
  for (let at = 0; at < MOST; at += 1) {
    const response = await foyer.fetch(key, '/customer/1', { headers: { authorization: 'nonsense' } });
    await response.arrayBuffer();
    assert.equal(response.status, 401, String(at));
  }
});
