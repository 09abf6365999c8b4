/**
 * The limit of a key in requests a second, off unless it is set: answers say what is left, and requests beyond it are
 * refused.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFoyer } from '../../sdk/src/index.ts';
import { createKey } from '../../server/src/features/keys/writes.ts';
import { parseRate, type RateLimit } from '../../server/src/http/limits/rate.ts';
import { allScopes, startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { rawOf } from '../harness/raw.ts';

const person = (name: string) => ({ email: `${name}@x.nl`, customerFirstName: 'Jan', customerLastName: 'Pas' });
const json = { 'content-type': 'application/json' };
const rateOf = (text: string): RateLimit => parseRate(text) ?? assert.fail(text);

/** A service with a limit for all keys, and a client with customer 1, made with a key without a limit. */
async function limited(rate: string) {
  const foyer = await startFoyer(undefined, { limits: { rate: rateOf(rate), readersOfKey: 100, readers: 5000 } });
  const first = await foyer.client();
  const unlimited = await keyWith(foyer, first, 'off');
  await foyer.sdk(unlimited).customers.create(person('jan'));
  return { foyer, unlimited, key: () => foyer.key(first), with: (own: string) => keyWith(foyer, first, own) };
}

async function keyWith(foyer: TestFoyer, of: TestKey, rate: string): Promise<TestKey> {
  const options = { clientId: of.clientId, scopes: allScopes, label: '', expiresAt: null, rate: rateOf(rate) };
  return { ...of, ...(await createKey(foyer.app.store, options)) };
}

/** What is left, according to an answer. */
function leftOf({ headers }: Response): number {
  const [, left] = /^"key";r=(\d+);t=\d+$/.exec(headers.get('ratelimit') ?? '') ?? assert.fail('no RateLimit');
  return Number(left);
}

const get = (foyer: TestFoyer, key: TestKey) => foyer.fetch(key, '/customer/1');

test('without a limit nothing is refused, and no header speaks of one', async () => {
  await using foyer = await startFoyer();
  const key = await foyer.client();
  await foyer.sdk(key).customers.create(person('jan'));
  for (let at = 0; at < 300; at += 1) {
    const { status, headers } = await get(foyer, key);
    assert.deepEqual([status, headers.get('ratelimit'), headers.get('ratelimit-policy')], [200, null, null]);
  }
});

test('what the bucket holds and what drips in passes; the rest is a 429 that says when to come again', async () => {
  const { foyer, key: newKey, unlimited } = await limited('2/20');
  await using _ = foyer;
  const key = await newKey();
  const began = performance.now();
  const answers = await Promise.all(Array.from({ length: 60 }, async () => rawOf(await get(foyer, key))));
  const dripped = Math.ceil((2 * (performance.now() - began)) / 1000);
  const passed = answers.filter(({ status }) => status === 200);
  assert(passed.length >= 20 && passed.length <= 20 + dripped, `${passed.length}, ${dripped}`);
  for (const { status, headers, body } of answers) {
    assert.match(headers.get('ratelimit') ?? '', /^"key";r=\d+;t=\d+$/);
    assert.equal(headers.get('ratelimit-policy'), '"key";q=20;w=10');
    if (status === 200) continue;
    assert.equal(status, 429);
    assert.equal(headers.get('content-type'), 'application/problem+json');
    assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    assert.match(JSON.parse(body).type, /too-many-requests$/);
    assert.match(JSON.parse(body).message, /2 requests a second, 20 at once/);
  }
  assert.equal((await get(foyer, unlimited)).status, 200, 'another key of the client has its own');
  assert.equal((await get(foyer, await newKey())).status, 200);
});

test('every answer to a key says what is left, whichever way it goes and however it ends', async () => {
  const { foyer, key: newKey } = await limited('1/1000');
  await using _ = foyer;
  const key = await newKey();
  const post = (body: string) => ({ method: 'POST', headers: json, body });
  const asked: [path: string, status: number, init?: RequestInit][] = [
    ['/customer/1', 200],
    ['/customer/1', 200],
    ['/customer/1', 200, { method: 'HEAD' }],
    ['/customer/99', 404],
    ['/customer/findByEmail', 200, post('{"email":"jan@x.nl"}')],
    ['/customer/findByEmail', 422, post('{}')],
    ['/customer', 400, post('{')],
    ['/customer', 201, post(JSON.stringify(person('piet')))],
    ['/export/clienttypes', 200],
    ['/change', 200],
  ];
  let left = 1000;
  for (const [path, status, init] of asked) {
    const response = await foyer.fetch(key, path, init);
    await response.arrayBuffer();
    assert.equal(response.status, status, path);
    const now = leftOf(response);
    assert(now < left || now >= 998, `${path}: ${left}, ${now}`);
    left = now;
  }
  const elsewhere = await foyer.fetch({ ...key, client: 'other' }, '/customer/1');
  assert.equal(elsewhere.status, 403);
  leftOf(elsewhere);
  const narrow = await foyer.fetch(await foyer.key(key, { scopes: ['exports:read'] }), '/customer/1');
  assert.equal(narrow.status, 403);
  leftOf(narrow);
});

test('searches, exports and batches count for several', async () => {
  const { foyer, with: keyOf } = await limited('off');
  await using _ = foyer;
  const customers = (count: number) => Array.from({ length: count }, (_none, at) => person(`batch${at}`));
  const costs: [path: string, body: object | undefined, cost: number, status?: number][] = [
    ['/customer/1', undefined, 1],
    ['/customer', undefined, 5],
    ['/export/customers', {}, 20],
    ['/customer/batch', { customers: customers(1) }, 1],
    ['/customer/batch', { customers: customers(95) }, 10],
    ['/customer/batch', { customers: [] }, 1, 422],
    ['/customer/get', { customerIds: Array.from({ length: 30 }, (_none, at) => at + 1), emails: ['jan@x.nl'] }, 4],
  ];
  for (const [path, body, cost, status = 200] of costs) {
    // With a fresh key, so that no tokens are added meanwhile.
    const key = await keyOf('1/1000');
    const init = body === undefined ? {} : { method: 'POST', headers: json, body: JSON.stringify(body) };
    const response = await foyer.fetch(key, path, init);
    await response.arrayBuffer();
    assert.equal(response.status, status, path);
    assert.equal(leftOf(response), 1000 - cost, path);
  }
  const small = await keyOf('1/8');
  const batch = () => foyer.sdk(small).customers.batch({ customers: customers(500) });
  let lines = 0;
  for await (const line of batch()) lines += Number(line.status < 300);
  assert.equal(lines, 500, 'what counts for more than the bucket holds takes all of it');
  await assert.rejects(batch().next(), { code: 'too-many-requests', status: 429 });
});

test('what counts for several is taken at the first retry, by a caller who waits exactly as told', async () => {
  const { foyer, with: keyOf } = await limited('off');
  await using _ = foyer;
  const customerIds = Array.from({ length: 80 }, (_none, at) => at + 1);
  const customers = customerIds.map((id) => person(`batch${id}`));
  const asked: [path: string, body: object][] = [
    ['/customer/batch', { customers }],
    ['/customer/get', { customerIds }],
  ];
  for (const [path, body] of asked) {
    const key = await keyOf('1/8');
    await get(foyer, key);
    const send = () => foyer.fetch(key, path, { method: 'POST', headers: json, body: JSON.stringify(body) });
    const refused = await send();
    assert.equal(refused.status, 429, path);
    await sleep(Number(refused.headers.get('retry-after')) * 1000);
    assert.equal((await send()).status, 200, path);
  }
});

test('a refusal is held, so that who asks at once again does not get thousands', async () => {
  const { foyer, with: keyOf } = await limited('off');
  await using _ = foyer;
  const key = await keyOf('1/1');
  await get(foyer, key);
  const began = performance.now();
  let refused = 0;
  for (let at = 0; at < 6; at += 1) refused += Number((await get(foyer, key)).status === 429);
  assert(refused >= 4, String(refused));
  assert(performance.now() - began >= refused * 95);
});

test('a key may have a limit of its own, or none', async () => {
  const { foyer, key: newKey, with: keyOf, unlimited } = await limited('100/200');
  await using _ = foyer;
  const policyOf = async (key: TestKey) => (await get(foyer, key)).headers.get('ratelimit-policy');
  assert.equal(await policyOf(await newKey()), '"key";q=200;w=2');
  assert.equal(await policyOf(await keyOf('5')), '"key";q=5;w=1');
  assert.equal(await policyOf(unlimited), null);
});

test('what is left is not forgotten when the key is looked up again', async () => {
  const { foyer, with: keyOf } = await limited('off');
  await using _ = foyer;
  const key = await keyOf('1/100');
  for (const authorization of [key.key, `Bearer ${key.key}`, `Basic ${btoa(`${key.key}:`)}`]) {
    for (let at = 0; at < 10; at += 1) await foyer.fetch(key, '/customer/1', { headers: { authorization } });
  }
  await sleep(2100);
  assert(leftOf(await get(foyer, key)) < 80);
});

test('the SDK waits as long as it is told, and gets through', async () => {
  const { foyer, with: keyOf } = await limited('off');
  await using _ = foyer;
  const { client, key } = await keyOf('10/10');
  const { customers } = createFoyer({ baseUrl: foyer.url, client, key });
  for (let at = 0; at < 25; at += 1) assert.equal((await customers.get({ customerId: 1 })).customerId, 1);
});
