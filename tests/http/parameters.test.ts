/** Unknown parameters are refused where there are any to choose from; and a query may hold fields of the body. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Endpoint } from '../../sdk/src/contract/endpoint.ts';
import { endpoints } from '../../sdk/src/contract/index.ts';
import { clientEndpoints } from '../harness/endpoints.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const json = { 'content-type': 'application/json' };

/** A client with a customer and a webhook. */
async function setUp(): Promise<TestKey> {
  const key = await foyer.client();
  const { customers, webhooks } = foyer.sdk(key);
  await customers.create(endpoints.customers.create.body.example);
  await webhooks.create(endpoints.webhooks.create.body.example);
  return key;
}

/** Calls an endpoint with its example and a query. */
async function call(
  key: TestKey,
  { method, path, body, upload }: Endpoint,
  query: string,
  other: object | undefined = body?.example,
) {
  const response = await foyer.fetch(key, `${path.replace('{customerId}', '1').replace('{webhookId}', '1')}${query}`, {
    method,
    ...(other && { headers: json, body: JSON.stringify(other) }),
    ...(upload && { headers: { 'content-type': upload.example.type }, body: upload.example.text }),
  });
  return { status: response.status, answer: await response.json().catch(() => undefined) };
}

interface Violation {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}
const summary = ({ violations }: { violations: Violation[] }) => violations.map(({ field, code }) => [field, code]);

/** Lists, searches, feeds and exports. */
const strict = clientEndpoints.filter(({ endpoint: { query, body } }) => query !== undefined || body?.inQuery === true);

test('these are the endpoints that refuse unknown parameters', () => {
  assert.deepEqual(strict.map(({ name }) => name).toSorted(), [
    'changes.history',
    'changes.list',
    'clientTypes.list',
    'customers.findByEmail',
    'customers.getMany',
    'customers.list',
    'exports.clientTypes',
    'exports.customers',
    'imports.create',
    'imports.list',
    'imports.preview',
    'webhooks.deliveries',
    'webhooks.list',
  ]);
});

for (const { name, endpoint } of strict) {
  describe(name, () => {
    test('refuses what it does not know, also without a value and beside what it knows', async () => {
      const key = await setUp();
      // The first request makes the key known, so that the second may take the direct lane.
      for (const query of ['', '?']) assert.equal((await call(key, endpoint, query)).status, endpoint.success.status);
      for (const sent of ['zzz', 'zzz=', 'zzz=1', 'zzz[]=1', 'zzz[a]=1', '__proto__=1', '%7A%7A%7A=1&zzz=2']) {
        const { status, answer } = await call(key, endpoint, `?${sent}`);
        assert.equal(status, 422, sent);
        assert.deepEqual(summary(answer), [[sent.startsWith('__') ? '__proto__' : 'zzz', 'unknown']], sent);
      }
    });
  });
}

for (const { name, endpoint } of clientEndpoints.filter(
  (one) => !strict.includes(one) && one.endpoint.method === 'GET',
)) {
  test(`${name} has no parameters, and passes over what stands there`, async () => {
    const key = await setUp();
    const plain = await call(key, endpoint, '');
    assert.deepEqual(await call(key, endpoint, '?_=1700000000000&zzz=1'), plain);
  });
}

test('the nearest name is told, however it was spelled; all of them when none is near', async () => {
  const key = await setUp();
  for (const [sent, meant] of [
    ['serach', 'search'],
    ['Search', 'search'],
    ['changed_since', 'changedSince'],
    ['changed-since', 'changedSince'],
    ['changed', undefined],
    ['clienttypes', 'clienttype'],
    ['has_phone', 'hasPhone'],
    ['limits', 'limit'],
    ['coursor', 'cursor'],
    ['q', undefined],
    ['page', undefined],
  ] as const) {
    const { answer } = await call(key, endpoints.customers.list, `?${sent}=x`);
    const [{ message }] = answer.violations;
    if (meant === undefined) assert.match(message, /those that there are: search, clienttype, city/);
    else assert.equal(message, `There is no parameter ${sent}; did you mean ${meant}?`);
  }
  const { answer } = await call(key, endpoints.clientTypes.list, '?search=x');
  assert.equal(answer.message, 'There is no parameter search: this request takes none.');
});

test('unknown parameters come behind what else is wrong, in the order sent, and no more than 20', async () => {
  const key = await setUp();
  const { answer } = await call(key, endpoints.customers.list, '?b=1&limit=0&a=1&city=a%00');
  assert.deepEqual(summary(answer), [
    ['city', 'type'],
    ['limit', 'numeric'],
    ['b', 'unknown'],
    ['a', 'unknown'],
  ]);
  const many = Array.from({ length: 500 }, (_, at) => `p${at}`);
  const { answer: ofMany } = await call(key, endpoints.customers.list, `?${many.join('&')}`);
  assert.deepEqual(
    summary(ofMany),
    many.slice(0, 20).map((name) => [name, 'unknown']),
  );
  const { answer: ofLong } = await call(key, endpoints.customers.list, `?${'x'.repeat(10_000)}=1`);
  assert.equal(ofLong.violations[0].field, 'x'.repeat(100));
});

test('an export takes changedSince from the query, when the body has none', async () => {
  const key = await setUp();
  const ids = async (query: string, body?: object) => {
    const { status, answer } = await call(key, endpoints.exports.customers, query, body ?? {});
    assert.equal(status, 200, query);
    return answer.length;
  };
  assert.equal(await ids(''), 1);
  assert.equal(await ids('?changedSince=2099-01-01'), 0);
  assert.equal(await ids('?changedSince='), 1);
  assert.equal(await ids('?changedSince=2099-01-01', { changedSince: '2020-01-01' }), 1, 'that of the body counts');
  assert.equal(await ids('?changedSince=2020-01-01', { changedSince: '2099-01-01' }), 0, 'that of the body counts');
  assert.equal(await ids('?changedSince=2099-01-01', { changedSince: null }), 1, 'also when it is empty');
  const bare = await foyer.fetch(key, '/export/customers?changedSince=2099-01-01', { method: 'POST' });
  assert.deepEqual([bare.status, await bare.json()], [200, []]);
  const { status, answer } = await call(key, endpoints.exports.customers, '?changedSince=soon', {});
  assert.deepEqual([status, summary(answer)], [422, [['changedSince', 'date']]]);
});

test('findByEmail takes the address from the query, when the body has none', async () => {
  const key = await setUp();
  const { email } = endpoints.customers.create.body.example;
  const find = async (query: string, body?: object) => call(key, endpoints.customers.findByEmail, query, body ?? {});
  const { status, answer } = await find(`?email=${encodeURIComponent(email)}`);
  assert.deepEqual([status, answer.customerId], [200, 1]);
  assert.equal((await find('?email=nobody@x.example', { email })).status, 200, 'that of the body counts');
  assert.equal((await find(`?email=${email}`, { email: 'nobody@x.example' })).status, 404, 'that of the body counts');
  for (const [query, code] of [
    ['', 'required'],
    ['?email=', 'required'],
    ['?email=banana', 'email'],
    ['?email[a]=b', 'type'],
  ] as const) {
    const refused = await find(query);
    assert.deepEqual([refused.status, summary(refused.answer)], [422, [['email', code]]], query);
  }
});

test('many customers are asked for in the query too, and nothing else is taken there', async () => {
  const key = await foyer.client();
  await foyer.sdk(key).customers.create({ email: 'an@x.example', customerFirstName: 'An', customerLastName: 'Bos' });
  const ask = (query: string) => foyer.fetch(key, `/customer/get${query}`, { method: 'POST' });
  for (const query of ['?emails=an@x.example', '?emails[]=AN@x.example', '?customerIds=1', '?customerIds[]=1']) {
    const customers = await (await ask(query)).json();
    assert.deepEqual([customers.length, customers[0]?.customerId], [1, 1], query);
  }
  const refused = await ask('?email=an@x.example');
  assert.equal(refused.status, 422);
  assert.match((await refused.json()).message, /did you mean emails/);
});
