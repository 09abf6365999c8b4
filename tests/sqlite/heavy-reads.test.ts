/** Heavy reads on SQLite run beside everything else, and one that does not end is ended. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unavailable } from '../../server/src/db/unavailable.ts';
import { startFoyer, type TestKey } from '../harness/foyer.ts';
import { broken, echo, endless } from '../harness/heavy.ts';

const principalOf = ({ clientId, keyId }: TestKey) => ({ clientId, actor: { kind: 'key', id: keyId } }) as const;

test('one that does not end delays no other request, is given up, and leaves room for the next', async () => {
  await using foyer = await startFoyer('sqlite');
  const key = await foyer.client();
  const { customers } = foyer.sdk(key);
  await customers.create({ email: 'a@x.example', customerFirstName: 'A', customerLastName: 'B' });
  let isOver = false;
  // As many as there may be threads, so that none is left for others.
  const reads = Array.from({ length: 4 }, () => foyer.app.store.readHeavily(principalOf(key), endless, {}));
  const ends = Promise.allSettled(reads).finally(() => {
    isOver = true;
  });
  for (let asked = 0; asked < 50; asked += 1) await customers.get({ customerId: 1 });
  assert.equal(isOver, false, 'the gets were answered before the reads were given up');
  for (const end of await ends) {
    assert(end.status === 'rejected' && end.reason instanceof Unavailable, String(end.status));
    assert(['slow', 'busy'].includes(end.reason.reason), end.reason.reason);
  }
  assert.equal(await foyer.app.store.readHeavily(principalOf(key), echo, { text: 'here' }), 'here');
  assert.equal((await customers.search('b')).count, 1);
});

test('one that fails says why, and those behind it are run', async () => {
  await using foyer = await startFoyer('sqlite');
  const principal = principalOf(await foyer.client());
  const { store } = foyer.app;
  const all = await Promise.allSettled([
    store.readHeavily(principal, echo, { text: '1' }),
    store.readHeavily(principal, broken, {}),
    store.readHeavily(principal, echo, { text: '2' }),
  ]);
  assert.deepEqual(
    all.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason))),
    ['1', 'RangeError: a fault of ours', '2'],
  );
});

test('those that are at work when the service stops do not keep it', async () => {
  const foyer = await startFoyer('sqlite');
  const principal = principalOf(await foyer.client());
  const read = assert.rejects(foyer.app.store.readHeavily(principal, endless, {}), Unavailable);
  await foyer[Symbol.asyncDispose]();
  await read;
});
