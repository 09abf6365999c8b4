/** Versions: what an `ETag` distinguishes, and what readers and writers get for theirs. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Customer, type Foyer, FoyerError, versionOf } from '../../sdk/src/index.ts';
import { updateClient } from '../../server/src/features/clients/writes.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const jan = { email: 'jan@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' };
const STRONG = /^"[\x21\x23-\x7e]+"$/;

/** A client with one customer, and what its ETag is. */
async function setUp() {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  const customer = await sdk.customers.create(jan);
  return { key, sdk, customer, etag: versionOf(customer) ?? '' };
}

const send = (key: TestKey, path: string, headers: Record<string, string>, method = 'GET', body?: object) =>
  foyer.fetch(key, path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

test('every answer that is one customer has the same strong ETag for the same customer', async () => {
  const { sdk, etag } = await setUp();
  assert.match(etag, STRONG);
  const { customers, clientTypes } = sdk;
  const answers = [
    await customers.get({ customerId: 1 }),
    await customers.findByEmail({ email: jan.email }),
    await customers.update({ customerId: 1, customerFirstName: 'Jan' }),
    (await customers.upsert(jan)).customer,
    await clientTypes.get({ customerId: 1 }),
    await clientTypes.set({ customerId: 1, clienttypes: [] }),
  ];
  for (const answer of answers) assert.equal(versionOf(answer), etag);
});

test('the ETag is another after every change, of client-types too, and for every customer', async () => {
  const { sdk, etag } = await setUp();
  const seen = [
    etag,
    versionOf(await sdk.customers.update({ customerId: 1, customerCity: 'Gent' })),
    versionOf(await sdk.clientTypes.set({ customerId: 1, clienttypes: ['friend'] })),
    versionOf(await sdk.customers.create({ ...jan, email: 'other@x.nl' })),
  ];
  assert.equal(new Set(seen).size, seen.length, String(seen));
  await sdk.clientTypes.rename({ clienttype: 'friend', name: 'patron' });
  assert.notEqual(versionOf(await sdk.customers.get({ customerId: 1 })), seen[2], 'a client-type that is renamed');
});

test('the same record shown in another time zone is another version', async () => {
  const { key, customer, etag } = await setUp();
  await updateClient(foyer.app.store, key.client, { timeZone: 'America/New_York' });
  // With its own key: what is cached for the other is still fresh.
  const sdk = foyer.sdk(await foyer.key(key));
  const shown = await sdk.customers.get({ customerId: 1 });
  assert.notEqual(shown.lastChanged, customer.lastChanged);
  assert.notEqual(versionOf(shown), etag);
});

test('who has the version gets 304 without a body, and anybody else the customer', async () => {
  const { key, etag } = await setUp();
  const weak = `W/${etag}`;
  // The second goes through Fastify.
  for (const path of ['/customer/1', '/customer/1?', '/customer/1/clienttypes']) {
    for (const ifNoneMatch of [etag, weak, '*', `"x", ${etag}`, `"x,y" ,\t${weak}`, `,, ${etag},`]) {
      const response = await send(key, path, { 'if-none-match': ifNoneMatch });
      assert.equal(response.status, 304, ifNoneMatch);
      assert.equal(response.headers.get('etag'), etag);
      assert.equal(response.headers.get('content-type'), null);
      assert.equal(response.headers.get('content-length'), null);
      assert.equal(await response.text(), '');
    }
    for (const ifNoneMatch of ['"x"', 'W/"x"', etag.replaceAll('"', ''), '', `${etag} "x"`, '"', 'x'.repeat(5000)]) {
      const response = await send(key, path, { 'if-none-match': ifNoneMatch });
      assert.equal(response.status, 200, ifNoneMatch);
      await response.body?.cancel();
    }
  }
  assert.equal((await send(key, '/customer/2', { 'if-none-match': '*' })).status, 404);
  const found = await send(key, '/customer/findByEmail', { 'if-none-match': etag }, 'POST', { email: jan.email });
  assert.equal(found.status, 200, 'it is a condition of GET only');
});

for (const [what, path, body] of [
  ['an update', '/customer/1', { customerCity: 'Gent' }],
  ['the client-types', '/customer/1/clienttypes', { clienttypes: ['friend'] }],
  ['an upsert', '/customer/upsert', { email: jan.email, customerCity: 'Gent' }],
] as const) {
  const method = path === '/customer/1' ? 'PUT' : 'POST';

  test(`${what} with the version that is written goes on`, async () => {
    const { key, etag } = await setUp();
    let current = etag;
    for (const spell of [(tag: string) => tag, () => '*', (tag: string) => `"x", ${tag}`]) {
      const response = await send(key, path, { 'if-match': spell(current) }, method, body);
      assert.equal(response.status, 200);
      current = response.headers.get('etag') ?? '';
    }
    assert.notEqual(current, etag);
  });

  test(`${what} with another version is refused, and shows the customer as it stands`, async () => {
    const { key, sdk, etag } = await setUp();
    const current = await sdk.customers.update({ customerId: 1, customerZip: '8011' });
    for (const ifMatch of [etag, `W/${versionOf(current)}`, '"x", "y"']) {
      const response = await send(key, path, { 'if-match': ifMatch }, method, body);
      assert.equal(response.status, 412, ifMatch);
      assert.equal(response.headers.get('etag'), versionOf(current));
      const problem = await response.json();
      assert(problem.type.endsWith('/precondition-failed'));
      assert.deepEqual(problem.current, current);
    }
    assert.deepEqual(await sdk.customers.get({ customerId: 1 }), current, 'nothing is stored');
  });

  test(`${what} with what is no ETag is refused, not taken for none`, async () => {
    const { key, sdk, customer, etag } = await setUp();
    for (const ifMatch of [etag.replaceAll('"', ''), '', `${etag} ${etag}`, `w/${etag}`]) {
      assert.equal((await send(key, path, { 'if-match': ifMatch }, method, body)).status, 400, ifMatch);
    }
    assert.deepEqual(await sdk.customers.get({ customerId: 1 }), customer);
  });
}

test('nobody there is told before the version, and the version before what is wrong with the body', async () => {
  const { key, etag } = await setUp();
  const statusOf = async (path: string, ifMatch: string, body: object, method = 'POST') =>
    (await send(key, path, { 'if-match': ifMatch }, method, body)).status;
  const wrong = { clienttypes: [7] };
  for (const [path, body, method] of [
    ['/customer/#', { email: 'x' }, 'PUT'],
    ['/customer/#/clienttypes', wrong, 'POST'],
  ] as const) {
    assert.equal(await statusOf(path.replace('#', '2'), '"x"', body, method), 404, path);
    assert.equal(await statusOf(path.replace('#', '1'), '"x"', body, method), 412, path);
    assert.equal(await statusOf(path.replace('#', '1'), etag, body, method), 422, path);
  }
  assert.equal(await statusOf('/customer/upsert', '"x"', { ...wrong, email: jan.email }), 412);
  assert.equal(await statusOf('/customer/upsert', etag, { ...wrong, email: jan.email }), 422);
});

test('an upsert with a version creates nobody; writes that look at no versions refuse one', async () => {
  const { key, sdk, etag } = await setUp();
  const other = { ...jan, email: 'other@x.nl' };
  const absent = await send(key, '/customer/upsert', { 'if-match': etag }, 'POST', other);
  assert.equal(absent.status, 412);
  assert.equal((await absent.json()).current, undefined);
  for (const [path, body] of [
    ['/customer', other],
    ['/customer/batch', { customers: [other] }],
  ] as const) {
    const response = await send(key, path, { 'if-match': etag }, 'POST', body);
    assert.equal(response.status, 400, path);
    assert.match((await response.json()).message, /If-Match/);
  }
  assert.equal((await Array.fromAsync(sdk.exports.customers())).length, 1);
});

test('the SDK writes by a customer that it has read, and gives the one that came between', async () => {
  const { sdk, customer } = await setUp();
  const { customers, clientTypes } = sdk;
  const changed = await customers.update({ customerId: 1, customerCity: 'Gent' }, { ifMatch: customer });
  const late = customers.update({ customerId: 1, customerCity: 'Delft' }, { ifMatch: customer });
  const error = await late.catch((thrown: unknown) => thrown);
  assert(error instanceof FoyerError && error.code === 'precondition-failed');
  assert.deepEqual(error.current, changed);
  const tags = await clientTypes.set({ customerId: 1, clienttypes: ['vip'] }, { ifMatch: error.current as Customer });
  await customers.update({ customerId: 1, customerCity: 'Delft' }, { ifMatch: tags });
  await assert.rejects(customers.update({ customerId: 1 }, { ifMatch: { ...changed } }), TypeError, 'of a copy');
});

/** Reads, adds one to a field and writes, until that was done a number of times. */
async function count({ customers }: Foyer, times: number): Promise<number> {
  let refused = 0;
  for (let done = 0; done < times; ) {
    const customer = await customers.get({ customerId: 1 });
    const customerHouseNr = String(Number(customer.customerHouseNr) + 1);
    try {
      await customers.update({ customerId: 1, customerHouseNr }, { ifMatch: customer });
      done += 1;
    } catch (error) {
      if (!(error instanceof FoyerError && error.code === 'precondition-failed')) throw error;
      refused += 1;
    }
  }
  return refused;
}

test('of 8 writers that each add 10, no addition is lost', async (t) => {
  const { sdk } = await setUp();
  const refused = await Promise.all(Array.from({ length: 8 }, () => count(sdk, 10)));
  assert.equal((await sdk.customers.get({ customerId: 1 })).customerHouseNr, '80');
  const all = refused.reduce((sum, one) => sum + one, 0);
  t.diagnostic(`${all} were refused`);
  assert(all > 0, 'the writers met');
});
