import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { createFoyer, FoyerError, verifyWebhook, WebhookError } from '../../sdk/src/index.ts';
import { makeCustomers } from '../harness/customers.ts';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const person = (number: number) => ({ email: `c${number}@x.nl`, customerFirstName: 'Jan', customerLastName: 'Pas' });

test('follow gives the changes that are there and those that come, until it is told to stop', async () => {
  const { customers, changes } = foyer.sdk(await foyer.client());
  await customers.create(person(1));
  const stop = new AbortController();
  const seen: number[] = [];
  for await (const change of changes.follow({ signal: stop.signal })) {
    seen.push(change.number);
    if (change.number < 4) await customers.update({ customerId: 1, customerCity: `${change.number}` });
    else stop.abort();
  }
  assert.deepEqual(seen, [1, 2, 3, 4]);
  const waiting = changes.follow({ after: seen.at(-1) ?? 0, signal: AbortSignal.timeout(200) });
  assert.deepEqual(await Array.fromAsync(waiting), []);
});

test('follow goes on through what passes, and throws what does not', async () => {
  const key = await foyer.client();
  await foyer.sdk(key).customers.create(person(1));
  let calls = 0;
  const flaky = createFoyer({
    baseUrl: foyer.url,
    client: key.client,
    key: key.key,
    fetch: async (input, init) => {
      calls += 1;
      if (calls === 1) throw new TypeError('fetch failed');
      if (calls === 2) return new Response('a proxy says no', { status: 502 });
      return fetch(input, init);
    },
  });
  for await (const { number } of flaky.changes.follow()) {
    assert.equal(number, 1);
    break;
  }
  assert.equal(calls, 3);
  await assert.rejects(
    Array.fromAsync(foyer.sdk(key).changes.follow({ after: 99 })),
    (error) => error instanceof FoyerError && error.code === 'gone',
  );
});

test('an export and the feed behind its cursor are complete, while others write', async () => {
  const key = await foyer.client();
  const { customers, exports, changes } = foyer.sdk(key);
  const all = Array.from({ length: 400 }, (_, at) => person(at));
  await makeCustomers(foyer.app.store, key.clientId, all);
  let isOver = false;
  const writing = Promise.all(
    Array.from({ length: 8 }, async (_, at) => {
      for (let writes = 0; !isOver; writes += 1) {
        await customers.update({ customerId: 1 + ((writes * 8 + at) % 400), customerCity: `${at} ${writes}` });
        if (writes % 10 === 0) await customers.create(person(1000 + writes * 8 + at));
      }
    }),
  );
  const mirrors = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const { customers: exported, cursor, changedUntil } = await exports.snapshot();
      const mirror = new Map<number, unknown>();
      for await (const customer of exported) mirror.set(customer.customerId, customer);
      return { mirror, cursor, changedUntil, since: new Map(mirror) };
    }),
  );
  isOver = true;
  await writing;
  const table = await Array.fromAsync(exports.customers());
  const expected = new Map(table.map((customer) => [customer.customerId, customer]).sort() as [number, unknown][]);
  for (const { mirror, cursor, changedUntil, since } of mirrors) {
    for (let after = cursor; ; ) {
      const page = await changes.list({ after, limit: 1000 });
      for (const { customerId, customer } of page.changes) mirror.set(customerId, customer);
      after = page.cursor;
      if (!page.more) break;
    }
    for await (const customer of exports.customers({ changedSince: changedUntil }))
      since.set(customer.customerId, customer);
    for (const one of [mirror, since]) assert.deepEqual(new Map([...one].sort() as [number, unknown][]), expected);
  }
});

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const body = JSON.stringify({ type: 'test', timestamp: 'now', data: { client: 'théâtre', webhookId: 1 } });

/** The headers that the reference library makes. */
function signed(text = body, at = new Date(), by = secret) {
  return {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(by).sign('msg_1', at, text),
  };
}

test('verifyWebhook takes what the reference library signed, in every form of a request', async () => {
  const headers = signed();
  const expected = JSON.parse(body);
  assert.deepEqual(await verifyWebhook(new Request('http://x', { method: 'POST', headers, body }), secret), expected);
  assert.deepEqual(await verifyWebhook({ headers, body }, secret), expected);
  assert.deepEqual(await verifyWebhook({ headers, body: Buffer.from(body) }, secret), expected);
  const server = createServer(async (request, response) => {
    response.end(JSON.stringify(await verifyWebhook(request, secret)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.deepEqual(await (await fetch(url, { method: 'POST', headers, body })).json(), expected);
  server.close();
  const rotated = { ...headers, 'webhook-signature': `v1,AAAA v2,x ${headers['webhook-signature']}` };
  assert.deepEqual(await verifyWebhook({ headers: rotated, body }, secret), expected);
});

test('verifyWebhook refuses all else, as the reference library does', async () => {
  const ago = (seconds: number) => signed(body, new Date(Date.now() - seconds * 1000));
  const bad: readonly [object, string][] = [
    [{}, body],
    [{ ...signed(), 'webhook-id': 'msg_2' }, body],
    [{ ...signed(), 'webhook-timestamp': 'x' }, body],
    [{ ...signed(), 'webhook-signature': 'v1,' }, body],
    [{ ...signed(), 'webhook-signature': 'v1,!!' }, body],
    [signed(), `${body} `],
    [signed(body, new Date(), 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'), body],
    [ago(600), body],
    [ago(-600), body],
  ];
  for (const [headers, text] of bad) {
    assert.throws(() => new Webhook(secret).verify(text, headers as Record<string, string>));
    await assert.rejects(
      verifyWebhook({ headers: headers as Record<string, string>, body: text }, secret),
      WebhookError,
    );
  }
  await assert.rejects(verifyWebhook({ headers: signed(), body: JSON.parse(body) }, secret), /parsed already/);
  await assert.rejects(verifyWebhook({ headers: signed(), body }, 'whsec_'), WebhookError);
});
