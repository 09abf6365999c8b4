/** Webhooks: what is sent, its results, and when it is retried. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { type Received, type Receiver, startReceiver, status } from '../harness/receiver.ts';

let foyer: TestFoyer;
let receiver: Receiver;
before(async () => {
  [foyer, receiver] = await Promise.all([startFoyer(), startReceiver()]);
});
after(async () => {
  await foyer[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const person = { email: 'jan@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' };
const changesOf = ({ body }: Received) => JSON.parse(body).data.changes;
const numbers = (all: readonly Received[]): number[] =>
  all.flatMap((one) => changesOf(one).map(({ number }: { number: number }) => number));

let paths = 0;
/** A client with a customer, a webhook that begins after it, and the path of the webhook. */
async function hooked(settings: object = {}) {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  await sdk.customers.create(person);
  paths += 1;
  const path = `/${paths}`;
  const webhook = await sdk.webhooks.create({ url: receiver.url + path, ...settings });
  const city = (customerCity: string) => sdk.customers.update({ customerId: 1, customerCity });
  return { key, sdk, path, webhook, city };
}

test('a change is posted, signed, with nothing personal in it', async () => {
  const { path, webhook, city, key } = await hooked();
  await city('Zwolle');
  const [one] = await receiver.count(path, 1);
  assert(one && webhook.secret);
  const headers = one.headers as Record<string, string>;
  const body = new Webhook(webhook.secret).verify(one.body, headers) as Record<string, unknown>;
  const { at } = changesOf(one)[0];
  assert.deepEqual(body, {
    type: 'customer.changes',
    timestamp: body.timestamp,
    data: { client: key.client, cursor: '2', changes: [{ number: 2, at, kind: 'updated', customerId: 1 }] },
  });
  assert.match(String(body.timestamp), /^\d{4}-.*Z$/);
  assert.equal(headers['content-type'], 'application/json; charset=utf-8');
  assert.throws(() => new Webhook(webhook.secret ?? '').verify(one.body.replace('updated', 'created'), headers));
});

test('with the payload full it is the change of the feed', async () => {
  const { path, city, sdk } = await hooked({ payload: 'full' });
  await city('Zwolle');
  const [one] = await receiver.count(path, 1);
  assert.deepEqual(one && changesOf(one), (await sdk.changes.list({ after: '1' })).changes);
});

/** The names of all members, at any depth. */
function membersOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(membersOf);
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).map(([name, member]) => [name, membersOf(member)]);
}

test('what is sent has the members that the reference shows', async () => {
  const { webhooks } = await (await fetch(`${foyer.url}/openapi.json`)).json();
  const shown = Object.values<{ post: { requestBody: { content: object } } }>(webhooks).flatMap(({ post }) =>
    Object.values(post.requestBody.content).flatMap(({ examples }) => Object.entries<{ value: unknown }>(examples)),
  );
  const sent: Record<string, Received | undefined> = {};
  for (const payload of ['thin', 'full'] as const) {
    const { path, city, sdk } = await hooked({ payload });
    await sdk.clientTypes.set({ customerId: 1, clienttypes: ['friend'] });
    await city('Zwolle');
    sent[payload] = (await receiver.count(path, 2))[1];
  }
  const { path, sdk } = await hooked();
  await sdk.webhooks.test({ webhookId: 1 });
  sent.test = (await receiver.count(path, 1))[0];
  assert.deepEqual(shown.map(([name]) => name).sort(), Object.keys(sent).sort());
  for (const [name, { value }] of shown) {
    assert.deepEqual(membersOf(JSON.parse(sent[name]?.body ?? '{}')), membersOf(value), name);
  }
});

test('changes come in order, one after another, or so many together as the webhook asks for', async () => {
  const { path, city } = await hooked();
  const { path: batched, city: other } = await hooked({ batch: 100 });
  for (let at = 0; at < 30; at += 1) await Promise.all([city(`${at}`), other(`${at}`)]);
  const all = await receiver.count(path, 30);
  assert.deepEqual(
    numbers(all),
    Array.from({ length: 30 }, (_, at) => at + 2),
  );
  while (numbers(receiver.of(batched)).length < 30) await sleep(20);
  assert.deepEqual(numbers(receiver.of(batched)), numbers(all));
  assert.equal(new Set(all.map(({ headers }) => headers['webhook-id'])).size, 30);
});

test('only the kinds that it wants are sent', async () => {
  const { path, city, sdk, webhook } = await hooked({ kinds: ['clienttypes', 'created'] });
  await city('Zwolle');
  await sdk.clientTypes.set({ customerId: 1, clienttypes: ['friend'] });
  await city('Deventer');
  await sdk.customers.create({ ...person, email: 'b@x.nl' });
  assert.deepEqual(numbers(await receiver.count(path, 2)), [3, 5]);
  const { webhookId } = webhook;
  while ((await sdk.webhooks.get({ webhookId })).behind > 0) await sleep(20);
});

// They wait for the next attempt, in parallel.
suite('after a failure', { concurrency: true }, () => {
  test('what fails is sent again with the same id, and what comes behind it waits; others do not', async () => {
    const { path, city, sdk, webhook } = await hooked({ batch: 10 });
    const { webhookId } = webhook;
    const other = await sdk.webhooks.create({ url: `${receiver.url}${path}-well` });
    receiver.answer(path, status(500));
    await city('a');
    await receiver.count(path, 1);
    await city('b');
    await receiver.count(`${path}-well`, 2);
    let shown = await sdk.webhooks.get({ webhookId });
    while (shown.failures === 0) shown = await sdk.webhooks.get({ webhookId });
    assert.deepEqual([shown.state, shown.cursor, shown.behind], ['active', '1', 2]);
    assert.notEqual(shown.nextAttemptAt, null);
    receiver.answer(path, status(204));
    while ((await sdk.webhooks.get({ webhookId })).behind > 0) await sleep(20);
    // The first may have been tried more than twice.
    const [last, ...tries] = receiver.of(path).toReversed();
    assert.deepEqual(last && numbers([last]), [3]);
    assert(tries.length >= 2);
    for (const one of tries) assert.deepEqual(numbers([one]), [2]);
    assert.equal(new Set(tries.map(({ headers }) => headers['webhook-id'])).size, 1);
    assert.equal((await sdk.webhooks.get({ webhookId })).failures, 0);
    while ((await sdk.webhooks.get({ webhookId: other.webhookId })).cursor !== '3') await sleep(20);
  });

  test('Retry-After is honoured', async () => {
    const { path, city } = await hooked();
    receiver.answer(path, status(503, { 'retry-after': '4' }));
    await city('a');
    const [first] = await receiver.count(path, 1);
    receiver.answer(path, status(204));
    const [, second] = await receiver.count(path, 2);
    assert((second?.at ?? 0) - (first?.at ?? 0) >= 3900, 'by itself it would have been tried after 2 seconds');
  });

  test('a redirect is not followed, and 410 disables', async () => {
    const { path, city, sdk, webhook } = await hooked();
    const { webhookId } = webhook;
    receiver.answer(path, status(302, { location: `${receiver.url}${path}-elsewhere` }));
    await city('a');
    await receiver.count(path, 1);
    receiver.answer(path, status(410));
    while ((await sdk.webhooks.get({ webhookId })).state !== 'disabled') await sleep(20);
    assert.deepEqual(receiver.of(`${path}-elsewhere`), []);
    await city('b');
    receiver.answer(path, status(204));
    await sdk.webhooks.update({ webhookId, enabled: true });
    while ((await sdk.webhooks.get({ webhookId })).behind > 0) await sleep(20);
    // The first may have been tried more often.
    assert.deepEqual([...new Set(numbers(receiver.of(path)))], [2, 3]);
    assert.equal(numbers(receiver.of(path)).at(-1), 3);
  });
});

test('after three days without success it is failing, and a try that succeeds starts it again', async () => {
  const { path, city, sdk, webhook } = await hooked();
  const { webhookId } = webhook;
  const clock = Date.now;
  try {
    receiver.answer(path, status(500));
    await city('a');
    await receiver.count(path, 1);
    while ((await sdk.webhooks.get({ webhookId })).failures < 1) await sleep(20);
    Date.now = () => clock() + 3.1 * 86_400_000;
    while ((await sdk.webhooks.get({ webhookId })).state !== 'failing') await sleep(100);
    assert.equal((await sdk.webhooks.list())[0]?.state, 'failing');
    receiver.answer(path, status(204));
    assert.equal((await sdk.webhooks.test({ webhookId })).isAccepted, true);
    while ((await sdk.webhooks.get({ webhookId })).behind > 0) await sleep(100);
    assert.equal((await sdk.webhooks.get({ webhookId })).state, 'active');
  } finally {
    Date.now = clock;
  }
});

test('rotated, it signs with the new secret and with the old one', async () => {
  const { path, city, sdk, webhook } = await hooked();
  const { secret } = await sdk.webhooks.update({ webhookId: webhook.webhookId, rotate: true });
  assert(secret && webhook.secret && secret !== webhook.secret);
  await city('a');
  const [one] = await receiver.count(path, 1);
  for (const known of [secret, webhook.secret]) new Webhook(known).verify(one?.body ?? '', one?.headers as never);
  assert.equal((await sdk.webhooks.get({ webhookId: webhook.webhookId })).secret, null);
});

test('replay sends again under new ids', async () => {
  const { path, city, sdk, webhook, key } = await hooked();
  await city('a');
  await receiver.count(path, 1);
  await sdk.webhooks.replay({ webhookId: webhook.webhookId });
  const all = await receiver.count(path, 3);
  assert.deepEqual(numbers(all), [2, 1, 2]);
  assert.equal(new Set(all.map(({ headers }) => headers['webhook-id'])).size, 3);
  assert.equal((await post(key, `/webhook/${webhook.webhookId}/replay`, { after: '99' })).status, 410);
});

test('the last attempts are kept, with what was answered', async () => {
  const { path, city, sdk, webhook } = await hooked();
  const { webhookId } = webhook;
  receiver.answer(path, (response) => response.writeHead(400).end(`no\0${'x'.repeat(5000)}`));
  const tried = await sdk.webhooks.test({ webhookId });
  assert.deepEqual([tried.isTest, tried.isAccepted, tried.status, tried.answer.length], [true, false, 400, 1024]);
  receiver.answer(path, status(200));
  await city('a');
  await receiver.count(path, 2);
  let all = await Array.fromAsync(sdk.webhooks.deliveries({ webhookId, limit: 1 }));
  while (all.length < 2) all = await Array.fromAsync(sdk.webhooks.deliveries({ webhookId, limit: 1 }));
  assert.deepEqual(
    all.map(({ isTest, isAccepted, status: code }) => [isTest, isAccepted, code]),
    [
      [false, true, 200],
      [true, false, 400],
    ],
  );
  assert.deepEqual(all[1], tried);
});

test('one that hangs delays no other', async () => {
  const { path, city, sdk } = await hooked();
  await sdk.webhooks.create({ url: `${receiver.url}${path}-well` });
  receiver.answer(path, () => {});
  for (let at = 0; at < 5; at += 1) await city(`${at}`);
  await receiver.count(`${path}-well`, 5);
  assert.equal(receiver.of(path).length, 1);
});

test('one that is removed is sent nothing more; what it is set to is checked', async () => {
  const { path, city, sdk, webhook, key } = await hooked();
  const { webhookId } = webhook;
  await sdk.webhooks.remove({ webhookId });
  await sdk.webhooks.create({ url: `${receiver.url}${path}-next` });
  await city('a');
  await receiver.count(`${path}-next`, 1);
  assert.deepEqual(receiver.of(path), []);
  for (const body of [
    {},
    { url: 'x' },
    { url: 'ftp://x.nl' },
    { url: 'https://a:b@x.nl' },
    { url: 'https://x.nl', kinds: ['x'] },
    { url: 'https://x.nl', kinds: ['merged'] },
    { url: 'https://x.nl', kinds: ['created', 'erased'] },
  ]) {
    const response = await post(key, '/webhook', body);
    assert.equal(response.status, 422, JSON.stringify(body));
  }
});

const post = (key: TestKey, path: string, body: object) =>
  foyer.fetch(key, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
