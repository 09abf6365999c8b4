/** Traces: requests are followed to their webhooks, if sampled, and nothing about a visitor is revealed. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TracesConfig } from '../../server/src/config-monitoring.ts';
import { type Collector, startCollector } from '../harness/collector.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { makeInstallation } from '../harness/installation.ts';
import { spawnFoyer } from '../harness/process.ts';
import { dial } from '../harness/raw.ts';
import { type Receiver, startReceiver, status } from '../harness/receiver.ts';

const CUSTOMER = '/v1/:client/peppered/customer/:customerId';
const CREATE = 'POST /v1/:client/peppered/customer';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const person = (name: string) => ({ email: `${name}@x.nl`, customerFirstName: 'Jan', customerLastName: 'Pas' });

let receiver: Receiver;
before(async () => {
  receiver = await startReceiver();
});
after(() => receiver[Symbol.asyncDispose]());

/** What a collector received from a service that did this and has stopped. */
async function traced(
  sampling: TracesConfig['sampling'],
  work: (foyer: TestFoyer, key: TestKey) => Promise<unknown>,
): Promise<Collector> {
  await using collector = await startCollector();
  await using foyer = await startFoyer(undefined, {
    traces: { url: `${collector.url}/v1/traces`, sampling },
    trustedProxies: 1,
  });
  await work(foyer, await foyer.client({ name: 'theatre' }));
  return collector;
}

const all = { followsCaller: true, ratio: 1 };
const none = { followsCaller: true, ratio: 0 };

const create = (foyer: TestFoyer, key: TestKey, body: object, headers: Record<string, string> = {}) =>
  foyer.fetch(key, '/customer', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const sampled = { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'vendor=one' };

test('a request is a span with its route and status, and its queries are below it, in either lane', async () => {
  const { only, spans } = await traced(all, async (foyer, key) => {
    await create(foyer, key, person('jan'));
    await foyer.fetch(key, '/customer/1');
    await foyer.fetch(key, '/customer/1', { method: 'HEAD' });
    await foyer.fetch(key, '/customer?search=nobody');
    await foyer.fetch(key, '/nowhere');
    const other = await dial(foyer.url);
    other.write('PROPFIND / HTTP/1.1\r\nHost: foyer.test\r\nConnection: close\r\n\r\n');
    other.resume();
    await new Promise((resolve) => other.once('close', resolve));
  });
  const created = only(CREATE);
  assert.equal(created.kind, 2);
  assert.equal(created.parentSpanId, undefined);
  assert.equal(created.resource['service.name'], 'foyer');
  assert.deepEqual(created.attributes, {
    'http.request.method': 'POST',
    'http.response.status_code': 201,
    'http.route': '/v1/:client/peppered/customer',
    'foyer.client': 'theatre',
  });
  assert.equal(only(`HEAD ${CUSTOMER}`).attributes['http.response.status_code'], 200);
  assert.equal(only('GET').attributes['http.response.status_code'], 404);
  assert(spans.some((span) => span.name === '_OTHER'));
  const below = (name: string) => spans.filter((span) => span.parentSpanId === only(name).spanId);
  // That the key was used is written down too, some time or other.
  const write = below(CREATE).find((span) => span.name === 'write' && 'foyer.change.last' in span.attributes);
  assert.equal(write?.traceId, created.traceId);
  assert.equal(write.attributes['foyer.change.last'], 1);
  assert(BigInt(write.startTimeUnixNano) >= BigInt(created.startTimeUnixNano));
  // A span begins at a whole millisecond, so that their ends are told within one.
  assert(BigInt(write.endTimeUnixNano) <= BigInt(created.endTimeUnixNano) + 1_000_000n);
  assert.deepEqual(
    below(`GET ${CUSTOMER}`).map((span) => span.name),
    ['read'],
  );
  assert(below('GET /v1/:client/peppered/customer').some((span) => span.name === 'search'));
});

test('the trace of the caller goes on in the service and at the receiver of its webhook', async () => {
  const { only, spans } = await traced(none, async (foyer, key) => {
    await foyer.sdk(key).webhooks.create({ url: `${receiver.url}/passed-on` });
    await create(foyer, key, person('jan'), sampled);
    await receiver.count('/passed-on', 1);
  });
  const request = only(CREATE);
  assert.deepEqual([request.traceId, request.parentSpanId], [TRACE, PARENT]);
  const delivery = only('POST webhook');
  assert.deepEqual([delivery.traceId, delivery.parentSpanId, delivery.kind], [TRACE, request.spanId, 3]);
  assert.deepEqual(delivery.attributes, {
    'foyer.change.first': 1,
    'foyer.change.last': 1,
    'http.request.method': 'POST',
    'http.response.status_code': 204,
  });
  const [received] = receiver.of('/passed-on');
  assert.equal(received?.headers.traceparent, `00-${TRACE}-${delivery.spanId}-01`);
  assert.equal(received?.headers.tracestate, 'vendor=one');
  // The making of the webhook was not to be traced, nor what goes on beside the requests.
  assert(spans.every((span) => span.traceId === TRACE));
});

test('who is not to be traced is not; what its caller began is passed on all the same', async () => {
  const { spans } = await traced(all, async (foyer, key) => {
    await foyer.fetch(key, '/webhook', {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: `00-${TRACE}-${PARENT}-00` },
      body: JSON.stringify({ url: `${receiver.url}/not-traced` }),
    });
    await create(foyer, key, person('jan'), { traceparent: `00-${TRACE}-${PARENT}-00` });
    await receiver.count('/not-traced', 1);
  });
  assert.deepEqual(spans, []);
  assert.match(String(receiver.of('/not-traced')[0]?.headers.traceparent), new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
});

test('a sampler that does not follow the caller takes its own part', async () => {
  const { spans } = await traced({ followsCaller: false, ratio: 0.5 }, async (foyer, key) => {
    for (let at = 0; at < 200; at += 1) await foyer.fetch(key, '/customer/1', { headers: sampled });
    for (let at = 0; at < 200; at += 1) await foyer.fetch(key, '/customer/1');
  });
  const requests = spans.filter((span) => span.name === `GET ${CUSTOMER}`);
  const ofCaller = requests.filter((span) => span.traceId === TRACE).length;
  // By the id of the trace, so all of them or none; of the others about half: less than 50 comes once in 10^13 runs.
  assert(ofCaller === 0 || ofCaller === 200, `${ofCaller}`);
  const own = requests.length - ofCaller;
  assert(own > 50 && own < 150, `${own}`);
});

test('a traceparent that cannot be read makes nobody trace', async () => {
  const { spans } = await traced(none, async (foyer, key) => {
    for (const traceparent of ['', 'on', `00-${'0'.repeat(32)}-${PARENT}-01`, `00-${TRACE}-${PARENT}-01-more`])
      await foyer.fetch(key, '/customer/1', { headers: { traceparent } });
  });
  assert.deepEqual(spans, []);
});

test('a delivery of several changes belongs to the first, and is linked to the others', async () => {
  const { spans, only } = await traced(all, async (foyer, key) => {
    receiver.answer('/many', status(500));
    await foyer.sdk(key).webhooks.create({ url: `${receiver.url}/many`, batch: 10 });
    await create(foyer, key, person('first'));
    await receiver.count('/many', 1);
    await create(foyer, key, person('second'));
    await create(foyer, key, person('third'));
    receiver.answer('/many', status(204));
    await receiver.count('/many', 3);
  });
  const idOf = (number: number) =>
    spans.find((span) => span.name === 'write' && span.attributes['foyer.change.last'] === number)?.parentSpanId;
  const [refused, again, rest] = spans.filter((span) => span.name === 'POST webhook');
  assert.deepEqual([refused?.parentSpanId, refused?.status.code], [idOf(1), 2]);
  assert.equal(again?.parentSpanId, idOf(1));
  assert.equal(rest?.parentSpanId, idOf(2));
  assert.deepEqual(
    rest?.links.map((link) => link.spanId),
    [idOf(3)],
  );
  assert(only('POST /v1/:client/peppered/webhook'));
});

test('nothing of a visitor, an address or a key is told', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.77', 'x-request-id': 'request-of-jan', 'user-agent': 'vanderbilt' };
  const collector = await traced(all, async (foyer, key) => {
    await foyer.sdk(key).webhooks.create({ url: `${receiver.url}/vanderbilt` });
    const body = { ...person('jan'), customerLastName: 'Vanderbilt' };
    await create(foyer, key, body, headers);
    await create(foyer, key, body, headers);
    await foyer.fetch(key, '/customer?search=vanderbilt', { headers });
    await foyer.fetch(key, '/customer/vanderbilt', { headers });
    await foyer.fetch(key, '/customer/1', { headers: { authorization: 'vanderbilt' } });
    await receiver.count('/vanderbilt', 1);
  });
  const told = JSON.stringify(collector.spans).toLowerCase();
  assert(collector.spans.length > 6);
  for (const secret of ['jan', 'vanderbilt', '203.0.113', '127.0.0.1', 'foyer_1_', receiver.url])
    assert(!told.includes(secret), secret);
});

const LOADED = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ load: (url, context, next) => {
    if (url.includes('@opentelemetry')) console.error(JSON.stringify({ loaded: url }));
    return next(url, context);
  } });
`)}`;

test('it is loaded only for a collector; one that is not there is told once, and holds nothing up', async () => {
  await using installation = await makeInstallation();
  const hooked = { NODE_OPTIONS: `--import=${LOADED}` };
  for (const [env, isLoaded] of [
    [{}, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_EXPORTER_OTLP_TIMEOUT: '100' }, true],
  ] as const) {
    await using foyer = await spawnFoyer(installation, { ...hooked, ...env });
    assert.equal((await foyer.fetch('/customer/1')).status, 404);
    if (isLoaded) await foyer.logged(({ msg }) => msg === 'traces do not reach the collector');
    foyer.child.kill('SIGTERM');
    assert.equal((await foyer.exited).code, 0);
    assert.equal(
      foyer.lines.some((line) => line.startsWith('{"loaded"')),
      isLoaded,
    );
  }
});
