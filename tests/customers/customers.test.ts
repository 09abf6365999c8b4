import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FoyerError } from '../../sdk/src/index.ts';
import { secondAfter } from '../harness/clock.ts';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const jan = { email: 'Jan@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' };

test('a new customer has every field, in the order of the contract', async () => {
  const { customers } = foyer.sdk(await foyer.client());
  const made = await customers.create({ ...jan, customerCredit: 25.5, customerPhone: 31612345678 });
  assert.match(made.lastChanged, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00$/);
  assert.equal(
    JSON.stringify({ ...made, lastChanged: '' }),
    '{"customerId":1,"customerExternalId":null,"email":"Jan@x.nl","customerSalutation":"","customerFirstName":"Jan",' +
      '"customerLastName":"Pas","customerPreposition":"","customerAddress":"","customerHouseNr":"","customerZip":"",' +
      '"customerCity":"","customerCountry":"","customerPhone":"31612345678","customerCredit":"25.50",' +
      '"lastChanged":"","customerTags":[]}',
  );
  assert.deepEqual(await customers.get({ customerId: 1 }), made);
  assert.deepEqual(await customers.findByEmail({ email: ' jan@X.NL ' }), made);
});

test('customers are numbered from 1 in each client, and a refused one takes no number', async () => {
  for (const key of [await foyer.client(), await foyer.client()]) {
    const { customers } = foyer.sdk(key);
    assert.equal((await customers.create(jan)).customerId, 1);
    await assert.rejects(customers.create(jan), { code: 'validation' });
    assert.equal((await customers.create({ ...jan, email: 'other@x.nl' })).customerId, 2);
  }
});

test('an address that differs in case only is taken, and the violation names who has it', async () => {
  const key = await foyer.client();
  const { customers } = foyer.sdk(key);
  for (const email of ['jan@x.nl', 'straße@x.nl', 'ΟΔΟΣ@x.nl', 'é@x.nl']) {
    await customers.create({ ...jan, email });
  }
  for (const [email, customerId] of [
    ['JAN@X.nl', 1],
    ['STRAẞE@x.nl', 2],
    ['οδος@x.nl', 3],
    ['E\u0301@x.nl', 4],
  ] as const) {
    const error = await customers.create({ ...jan, email }).catch((thrown: unknown) => thrown);
    assert(error instanceof FoyerError);
    assert.deepEqual(
      error.violations.map(({ field, code, customerId: of }) => ({ field, code, of })),
      [{ field: 'email', code: 'taken', of: customerId }],
    );
  }
  const writer = foyer.sdk(await foyer.key(key, { scopes: ['customers:write'] }));
  const error = await writer.customers.create(jan).catch((thrown: unknown) => thrown);
  assert(error instanceof FoyerError);
  assert.equal('customerId' in (error.violations[0] ?? {}), false, 'a key that may not read is told of nobody');
});

test('all violations come at once, in the order of the fields, the taken ones among them', async () => {
  const key = await foyer.client();
  await foyer.sdk(key).customers.create({ ...jan, customerExternalId: 'a' });
  const response = await foyer.fetch(key, '/customer', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      customerExternalId: 'a',
      customerCredit: '25,50',
      customerPhone: '06-1234',
      customerSalutation: 'Mr',
      customerZip: '12345678901',
      customerCity: 7,
      customerLastName: ' ',
      customerFirstName: 'Jan',
      email: 'JAN@x.nl',
    }),
  });
  assert.equal(response.status, 422);
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  const problem = await response.json();
  assert.deepEqual(
    problem.violations.map((violation: { field: string; code: string }) => [violation.field, violation.code]),
    [
      ['email', 'taken'],
      ['customerLastName', 'required'],
      ['customerSalutation', 'length'],
      ['customerZip', 'max'],
      ['customerCity', 'type'],
      ['customerPhone', 'numeric'],
      ['customerCredit', 'decimal'],
      ['customerExternalId', 'taken'],
    ],
  );
  assert.equal(problem.message, `${problem.violations[0].message} (and 7 more errors)`);
  assert.deepEqual(problem.errors.email, [problem.violations[0].message]);
});

test('an update changes what is sent and no more; one that changes nothing leaves lastChanged alone', async () => {
  const key = await foyer.client();
  const { customers } = foyer.sdk(key);
  const made = await customers.create({ ...jan, customerCity: 'Gent', customerExternalId: 'x' });
  await secondAfter(made.lastChanged);
  assert.deepEqual(await customers.update({ customerId: 1, ...jan, customerCity: ' Gent ' }), made);
  const changed = await customers.update({ customerId: 1, customerCity: null, customerExternalId: '' });
  assert.notEqual(changed.lastChanged, made.lastChanged);
  assert.deepEqual(changed, { ...made, customerCity: '', customerExternalId: null, lastChanged: changed.lastChanged });
  await assert.rejects(customers.update({ customerId: 1, email: '' }), { code: 'validation' });
  await assert.rejects(customers.update({ customerId: 2, customerCity: 'x' }), { code: 'not-found' });
});

test('a whole record may be sent back; what cannot be written is named in a header', async () => {
  const key = await foyer.client();
  const made = await foyer.sdk(key).customers.create(jan);
  const response = await foyer.fetch(key, '/customer/1', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: `{"zz,é":1,"2":1,"__proto__":{"a":1},${JSON.stringify(made).slice(1)}`,
  });
  assert.equal(response.status, 200);
  assert.equal(
    response.headers.get('foyer-ignored-fields'),
    'zz%2C%C3%A9,2,__proto__,customerId,lastChanged,customerTags',
  );
  assert.deepEqual(await response.json(), made);
});

test('of two creates at the same moment with the same address, one succeeds', async () => {
  const { customers } = foyer.sdk(await foyer.client());
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => customers.create(jan)));
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const result of results) {
    if (result.status === 'rejected') assert.equal(result.reason.violations[0].code, 'taken');
  }
});
