/** An upsert: which customer it means, what it says it did, and what it refuses. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { checkRecord } from '../harness/record.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const jan = { email: 'Jan@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' };

/** Sends an upsert; returns the status, the outcome, the body and the new path. */
async function upsert(key: TestKey, body: object) {
  const response = await foyer.fetch(key, '/customer/upsert', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { status, headers } = response;
  return {
    status,
    outcome: headers.get('foyer-outcome'),
    location: headers.get('location'),
    body: await response.json(),
  };
}

const violationsOf = ({ body }: { body: { violations: Record<string, unknown>[] } }) =>
  body.violations.map(({ field, code, customerId }) => [
    field,
    code,
    ...(customerId === undefined ? [] : [customerId]),
  ]);

const kindsOf = async (key: TestKey) =>
  (await foyer.sdk(key).changes.list()).changes.map(({ kind, customerId }) => [kind, customerId]);

test('it makes a customer, changes it, or leaves it alone, and says so', async () => {
  const key = await foyer.client();
  const made = await upsert(key, { ...jan, customerExternalId: 'a' });
  assert.deepEqual(
    [made.status, made.outcome, made.location],
    [201, 'created', `/v1/${key.client}/peppered/customer/1`],
  );
  const same = await upsert(key, { ...jan, email: 'Jan@x.nl ', customerExternalId: 'a' });
  assert.deepEqual(same, { status: 200, outcome: 'unchanged', location: null, body: made.body });
  const changed = await upsert(key, { customerExternalId: 'a', customerCity: 'Gent' });
  assert.deepEqual([changed.status, changed.outcome], [200, 'updated']);
  assert.deepEqual(changed.body, { ...made.body, customerCity: 'Gent', lastChanged: changed.body.lastChanged });
  assert.deepEqual(await foyer.sdk(key).customers.get({ customerId: 1 }), changed.body);
});

test('it means who has the reference, else who has the address', async () => {
  const key = await foyer.client();
  const { customers } = foyer.sdk(key);
  await customers.create({ ...jan, customerExternalId: 'a' });
  await customers.create({ ...jan, email: 'an@x.nl' });
  const moved = await upsert(key, { customerExternalId: 'a', email: 'new@x.nl' });
  assert.deepEqual([moved.outcome, moved.body.customerId, moved.body.email], ['updated', 1, 'new@x.nl']);
  const linked = await upsert(key, { customerExternalId: 'b', email: 'AN@X.nl' });
  assert.deepEqual([linked.outcome, linked.body.customerId, linked.body.customerExternalId], ['updated', 2, 'b']);
  assert.equal(linked.body.email, 'AN@X.nl', 'the address is kept as it was typed last');
  const third = await upsert(key, { ...jan, customerExternalId: 'c' });
  assert.deepEqual([third.status, third.body.customerId], [201, 3]);
  const emptied = await upsert(key, { email: 'an@x.nl', customerExternalId: '' });
  assert.deepEqual([emptied.body.customerId, emptied.body.customerExternalId], [2, null]);
});

test('a reference of one customer with the address of another is refused, and both are named', async () => {
  const key = await foyer.client();
  const { customers } = foyer.sdk(key);
  await customers.create({ ...jan, customerExternalId: 'a' });
  await customers.create({ ...jan, email: 'an@x.nl' });
  const body = { customerExternalId: 'a', email: 'an@x.nl', customerPhone: 'x' };
  const refused = await upsert(key, body);
  assert.equal(refused.status, 422);
  assert.deepEqual(violationsOf(refused), [
    ['email', 'taken', 2],
    ['customerPhone', 'numeric'],
    ['customerExternalId', 'taken', 1],
  ]);
  const writer = await foyer.key(key, { scopes: ['customers:write'] });
  assert.deepEqual(violationsOf(await upsert(writer, { ...body, customerPhone: '1' })), [
    ['email', 'taken'],
    ['customerExternalId', 'taken'],
  ]);
});

test('what a new customer needs is asked for only when there is none, with all else that is wrong', async () => {
  const key = await foyer.client();
  assert.deepEqual(violationsOf(await upsert(key, {})), [
    ['email', 'required'],
    ['customerFirstName', 'required'],
    ['customerLastName', 'required'],
  ]);
  assert.deepEqual(
    violationsOf(await upsert(key, { email: 'x', customerLastName: '', customerCredit: 'x', clienttypes: [7] })),
    [
      ['email', 'email'],
      ['customerFirstName', 'required'],
      ['customerLastName', 'required'],
      ['customerCredit', 'decimal'],
      ['clienttypes.0', 'type'],
    ],
  );
  await foyer.sdk(key).customers.create({ ...jan, customerExternalId: 'a' });
  assert.deepEqual(violationsOf(await upsert(key, { customerExternalId: 'a', customerFirstName: '' })), [
    ['customerFirstName', 'required'],
  ]);
  assert.equal((await kindsOf(key)).length, 1);
});

test('client-types are given with it, those of a closed list only', async () => {
  const key = await foyer.client();
  const made = await upsert(key, { ...jan, clienttypes: ['Friend', 'vip', 'friend'] });
  assert.deepEqual(made.body.customerTags, ['Friend', 'vip']);
  assert.equal((await upsert(key, { ...jan, clienttypes: ['FRIEND', 'VIP'] })).outcome, 'unchanged');
  assert.equal((await upsert(key, jan)).outcome, 'unchanged', 'client-types that are not sent stay');
  const tagged = await upsert(key, { email: jan.email, clienttypes: [] });
  assert.deepEqual([tagged.outcome, tagged.body.customerTags], ['updated', []]);
  assert.deepEqual(await kindsOf(key), [
    ['created', 1],
    ['clienttypes', 1],
  ]);
  const closed = await foyer.client({ clientTypes: 'closed' });
  assert.deepEqual(violationsOf(await upsert(closed, { ...jan, customerZip: '12345678901', clienttypes: ['new'] })), [
    ['customerZip', 'max'],
    ['clienttypes.0', 'unknown'],
  ]);
  assert.deepEqual(await Array.fromAsync(foyer.sdk(closed).exports.customers()), [], 'nothing of it is stored');
});

test('of upserts of one new address at the same moment one makes it, and the others find it', async () => {
  await using own = await startFoyer();
  const key = await own.client();
  const sdk = own.sdk(key);
  const all = await Promise.all(
    Array.from({ length: 40 }, (_, at) => sdk.customers.upsert({ ...jan, customerCity: `${at % 4}` })),
  );
  assert.deepEqual(new Set(all.map(({ customer }) => customer.customerId)), new Set([1]));
  await checkRecord(own.database, key.keyId);
});
