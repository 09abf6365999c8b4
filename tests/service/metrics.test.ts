/** Metrics: each is moved by what it counts, and none says who. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKey } from '../../server/src/features/keys/writes.ts';
import { makeStaff, openBrowser, PASSWORD } from '../harness/browser.ts';
import { allScopes, startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { importFile } from '../harness/imports.ts';
import { dial } from '../harness/raw.ts';
import { type Receiver, startReceiver, status } from '../harness/receiver.ts';
import { type Labels, moves, type Scrape, scrape } from '../harness/scrape.ts';

const metrics = { host: '127.0.0.1', port: 0, clients: true };
const limits = { rate: 'off', readersOfKey: 1, readers: 100 } as const;

let foyer: TestFoyer;
let receiver: Receiver;
before(async () => {
  [foyer, receiver] = await Promise.all([startFoyer(undefined, { metrics, limits }), startReceiver()]);
});
after(async () => {
  await foyer[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const person = (name: string) => ({ email: `${name}@x.nl`, customerFirstName: 'Jan', customerLastName: 'Pas' });
const during = (work: () => Promise<unknown>) => moves(foyer.app.metricsUrl, work);

/** Scrapes until the values are as wanted: those of background work arrive later. */
async function until(isSo: (seen: Scrape) => boolean, meanwhile: () => Promise<unknown> = () => sleep(20)) {
  for (;;) {
    const seen = await scrape(foyer.app.metricsUrl);
    if (isSo(seen)) return seen;
    await meanwhile();
  }
}

const DURATION = 'foyer_http_request_duration_seconds';
const ONE = '/v1/:client/peppered/customer/:customerId';
const requests = (route: string, code: string, method = 'GET'): [string, Labels] => [
  `${DURATION}_count`,
  { method, route, status: code },
];

async function clientWithCustomer(): Promise<TestKey> {
  const key = await foyer.client();
  await foyer.sdk(key).customers.create(person('jan'));
  return key;
}

test('a request counts by its route and status, on either way, with how long it took', async () => {
  const key = await clientWithCustomer();
  const moved = await during(async () => {
    for (let at = 0; at < 3; at += 1) await foyer.fetch(key, '/customer/1');
    await foyer.fetch(key, '/customer/2');
    await foyer.fetch(key, '/customer/1', { method: 'HEAD' });
    await foyer.fetch(key, '/customer/1', { headers: { authorization: 'no key' } });
    await foyer.fetch(key, '/nowhere');
  });
  assert.equal(moved(...requests(ONE, '200')), 3);
  assert.equal(moved(...requests(ONE, '404')), 1);
  assert.equal(moved(...requests(ONE, '200', 'HEAD')), 1);
  assert.equal(moved(...requests(ONE, '401')), 1);
  assert.equal(moved(...requests('none', '404')), 1);
  assert.equal(moved(`${DURATION}_bucket`, { route: ONE, status: '200', method: 'GET', le: '+Inf' }), 3);
  const seconds = moved(`${DURATION}_sum`, { route: ONE, status: '200', method: 'GET' });
  assert(seconds > 0 && seconds < 60, `${seconds}`);
  assert.equal(moved('foyer_client_requests_total', { client: key.client, status: '2xx' }), 4);
  assert.equal(moved('foyer_client_requests_total', { client: key.client, status: '4xx' }), 1);
  assert.equal(moved('foyer_problems_total', { code: 'not-found' }), 2);
  assert.equal(moved('foyer_problems_total', { code: 'unauthorized' }), 1);
});

test('what is no request counts as unreadable, a method that nobody knows as other', async () => {
  const moved = await during(async () => {
    const socket = await dial(foyer.url);
    socket.resume();
    socket.write('no request\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    const other = await dial(foyer.url);
    other.write('PROPFIND / HTTP/1.1\r\nHost: foyer.test\r\nConnection: close\r\n\r\n');
    other.resume();
    await new Promise((resolve) => other.once('close', resolve));
  });
  assert.equal(moved('foyer_http_unreadable_requests_total', { status: '400' }), 1);
  assert.equal(moved(`${DURATION}_count`, { method: 'other' }), 1);
  assert(!(await scrape(foyer.app.metricsUrl)).text.includes('PROPFIND'));
});

test('writes count by the groups in which they are committed', async () => {
  const { clientId } = await foyer.client();
  const actor = { kind: 'command', id: null } as const;
  const { store } = foyer.app;
  const moved = await during(async () => {
    await Promise.all(Array.from({ length: 10 }, () => store.write({ clientId, actor }, async () => {})));
    await assert.rejects(
      store.write({ clientId, actor }, () => Promise.reject(new Error('no'))),
      /no/,
    );
  });
  assert.equal(moved('foyer_write_group_size_sum'), 11);
  assert.equal(moved('foyer_write_group_size_bucket', { le: '16' }), 2);
  assert.equal(moved('foyer_write_group_size_bucket', { le: '8' }), 1);
  assert.equal(moved('foyer_write_group_duration_seconds_count'), 2);
  assert.equal(moved('foyer_write_group_failures_total'), 1);
  const gate = Promise.withResolvers<void>();
  const held = store.write({ clientId, actor }, () => gate.promise);
  await new Promise(setImmediate);
  const waiting = [1, 2, 3].map(() => store.write({ clientId, actor }, async () => {}));
  const seen = await scrape(foyer.app.metricsUrl);
  gate.resolve();
  await Promise.all([held, ...waiting]);
  assert.equal(seen.sum('foyer_write_queue_length'), 3);
});

test('what a limit refuses counts by the limit; a sign-in that fails by its problem', async () => {
  const key = await clientWithCustomer();
  const options = { clientId: key.clientId, scopes: allScopes, label: '', expiresAt: null };
  const slow = { ...key, ...(await createKey(foyer.app.store, { ...options, rate: { perSecond: 1, burst: 1 } })) };
  const email = await makeStaff(foyer, key.client, 'viewer');
  const signIn = (password: string) => openBrowser(foyer.url).session.signIn({ email, password });
  const moved = await during(async () => {
    await Promise.all([1, 2, 3].map(() => foyer.fetch(slow, '/customer/1')));
    const waiting = new AbortController();
    const events = { headers: { accept: 'text/event-stream' }, signal: waiting.signal };
    await foyer.fetch(key, '/change?after=now', events);
    assert.equal((await scrape(foyer.app.metricsUrl)).sum('foyer_feed_readers'), 1);
    assert.equal((await foyer.fetch(key, '/change?after=now&wait=1')).status, 429);
    waiting.abort();
    await until((seen) => seen.sum('foyer_feed_readers') === 0);
    await assert.rejects(signIn('not it'), { code: 'sign-in-failed' });
    await signIn(PASSWORD);
  });
  assert.equal(moved('foyer_limit_refusals_total', { limit: 'key-rate' }), 2);
  assert.equal(moved('foyer_limit_refusals_total', { limit: 'readers-of-key' }), 1);
  assert.equal(moved('foyer_problems_total', { code: 'too-many-requests' }), 3);
  assert.equal(moved('foyer_problems_total', { code: 'sign-in-failed' }), 1);
});

test('a webhook counts by what became of its deliveries, and by how far it is behind', async () => {
  const key = await clientWithCustomer();
  const sdk = foyer.sdk(key);
  receiver.answer('/hook', status(500));
  await sdk.webhooks.create({ url: `${receiver.url}/hook` });
  const { client } = key;
  const attempts = (result: string): [string, Labels] => ['foyer_webhook_attempt_duration_seconds_count', { result }];
  const moved = await during(async () => {
    await sdk.customers.update({ customerId: 1, customerCity: 'Zwolle' });
    const seen = await until((one) => one.sum(...attempts('refused')) > 0);
    assert.equal(seen.sum('foyer_webhook_behind_changes', { client }), 1);
    assert(seen.sum('foyer_webhook_behind_seconds', { client }) > 0);
    receiver.answer('/hook', status(204));
    await until((one) => one.sum('foyer_webhook_behind_changes', { client }) === 0);
  });
  assert(moved(...attempts('refused')) >= 1);
  assert.equal(moved(...attempts('accepted')), 1);
  const seen = await scrape(foyer.app.metricsUrl);
  assert.equal(seen.sum('foyer_webhooks', { state: 'active' }), 1);
  assert.equal(seen.sum('foyer_webhook_behind_seconds', { client }), 0);
});

test('the index is behind, and comes up; a search has a thread', async () => {
  const key = await clientWithCustomer();
  const { client } = key;
  let city = 0;
  const change = () => foyer.sdk(key).customers.update({ customerId: 1, customerCity: `Zwolle ${++city}` });
  await until((seen) => seen.sum('foyer_search_index_behind_changes', { client }) > 0, change);
  await foyer.fetch(key, '/customer?search=jan');
  const seen = await until((one) => one.sum('foyer_search_index_behind_changes', { client }) === 0);
  assert(seen.has('foyer_search_index_behind_seconds', { client }));
  assert(seen.sum('foyer_threads', { work: 'search' }) >= 1);
  assert.equal(seen.sum('foyer_thread_jobs', { work: 'search' }), 0);
});

test('an import counts by its rows and its end', async () => {
  const sdk = foyer.sdk(await foyer.client());
  const text = ['email,firstName,lastName', 'a@x.nl,Jan,Pas', 'b@x.nl,Piet,Pas'].join('\n');
  const moved = await during(async () => {
    await importFile(sdk, new Blob([text]));
    await until((seen) => seen.sum('foyer_imports_over_total') > 0);
  });
  assert.equal(moved('foyer_import_rows_total'), 2);
  assert.equal(moved('foyer_imports_over_total', { state: 'done' }), 1);
  const seen = await scrape(foyer.app.metricsUrl);
  assert.deepEqual([seen.has('foyer_imports', { state: 'running' }), seen.sum('foyer_imports')], [true, 0]);
});

test('the process, its database and its version are told', async () => {
  const seen = await scrape(foyer.app.metricsUrl);
  assert.equal(seen.sum('foyer_database_up'), 1);
  assert.equal(seen.sum('foyer_build_info'), 1);
  assert(seen.sum('foyer_http_connections') >= 0);
  for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds'])
    assert(seen.has(name), name);
});

test('nobody is named: no customer, no address, no key; and no client where that is not wanted', async () => {
  await using quiet = await startFoyer(undefined, { metrics: { ...metrics, clients: false }, trustedProxies: 1 });
  const key = await quiet.client({ name: 'unnamed-theatre' });
  const headers = { 'x-forwarded-for': '203.0.113.77', 'x-request-id': 'request-of-jan' };
  const send = (body: object) =>
    quiet.fetch(key, '/customer', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  await send({ ...person('jan'), customerLastName: 'Vanderbilt' });
  await send({ ...person('jan'), customerLastName: 'Vanderbilt' });
  await quiet.fetch(key, '/customer?search=vanderbilt');
  await quiet.fetch(key, '/customer/vanderbilt');
  await quiet.sdk(key).webhooks.create({ url: `${receiver.url}/vanderbilt` });
  const { text, sum } = await scrape(quiet.app.metricsUrl);
  for (const secret of ['jan', 'vanderbilt', '203.0.113', '127.0.0.1', key.key, receiver.url, 'unnamed'])
    assert(!text.toLowerCase().includes(secret.toLowerCase()), secret);
  assert.equal(sum('foyer_client_requests_total', { client: 'all', status: '2xx' }), 3);
  assert(sum('foyer_webhooks') === 1);
});

test('nothing else is answered there, and nothing of it by the service itself', async () => {
  const url = foyer.app.metricsUrl ?? '';
  assert.equal((await fetch(new URL('/', url))).status, 404);
  assert.equal((await fetch(url, { method: 'POST' })).status, 405);
  assert.equal((await fetch(`${foyer.url}/metrics`)).status, 404);
});
