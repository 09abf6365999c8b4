/** Addresses to which a webhook may not be posted, checked when it is made and at each connection. */
import assert from 'node:assert/strict';
import dns from 'node:dns';
import { after, before, mock, test } from 'node:test';
import { Sender } from '../../server/src/features/webhooks/send.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { type Receiver, startReceiver } from '../harness/receiver.ts';

const closed = { allowHttp: true, allowPrivate: false };
let foyer: TestFoyer;
let key: TestKey;
let receiver: Receiver;
before(async () => {
  foyer = await startFoyer(undefined, { webhooks: closed });
  key = await foyer.client();
  receiver = await startReceiver();
});
after(async () => {
  await foyer[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const refused = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f.0.0.1',
  '0.0.0.0',
  '[::]',
  '[::1]',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '169.254.169.254',
  '224.0.0.1',
  '255.255.255.255',
  '[::ffff:10.0.0.1]',
  '[::ffff:7f00:1]',
  '[64:ff9b::a00:1]',
  '[2002:a00:1::]',
  '[fe80::1]',
  '[fd00::1]',
  'localhost',
  '168.63.129.16',
  '[::7f00:1]',
  '[::10.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[2001:0:7f00:1::]',
  '[100:0:0:1::1]',
  '[4000::1]',
];

/** Lets every name resolve as given, while the function runs. */
async function resolving<T>(addresses: () => string[], fn: () => Promise<T>): Promise<T> {
  const answer = () => addresses().map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  type Callback = (error: Error | null, found: object[]) => void;
  const lookup = mock.method(dns, 'lookup', ((_: string, __: object, callback: Callback) =>
    callback(null, answer())) as never);
  const promised = mock.method(dns.promises, 'lookup', (async () => answer()) as never);
  try {
    return await fn();
  } finally {
    lookup.mock.restore();
    promised.mock.restore();
  }
}

const message = { id: 'x', secrets: ['whsec_AAAA'], body: '{}', clientId: 1, changes: [] };

async function create(host: string): Promise<number> {
  const response = await foyer.fetch(key, '/webhook', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: `http://${host}/hook` }),
  });
  const body = await response.json();
  if (response.status === 422) assert.deepEqual([body.violations[0].field, body.violations[0].code], ['url', 'url']);
  return response.status;
}

for (const host of refused) {
  test(`${host} is refused, when it is made and at a connection`, async () => {
    assert.equal(await create(host), 422);
    const sender = new Sender(closed);
    const url = `http://${host}:${new URL(receiver.url).port}/`;
    const { status, error } = await sender.send({ ...message, url });
    await sender.close();
    assert.equal(status, null);
    assert.match(error ?? '', /public internet/);
  });
}

test('the port 0 is refused, when it is made and at a connection', async () => {
  assert.equal(await create('93.184.215.14:0'), 422);
  for (const config of [closed, { ...closed, allowPrivate: true }]) {
    const sender = new Sender(config);
    const { status, error } = await sender.send({ ...message, url: 'http://93.184.215.14:0/' });
    await sender.close();
    assert.deepEqual([status, error], [null, 'the port 0, on which nobody listens']);
  }
});

test('so is a name that resolves to one of them, among others too', async () => {
  for (const address of ['10.0.0.1', '::ffff:10.0.0.1', '169.254.169.254', '::1']) {
    assert.equal(
      await resolving(
        () => [address],
        () => create('crm.example'),
      ),
      422,
    );
    assert.equal(
      await resolving(
        () => ['93.184.215.14', address],
        () => create('crm.example'),
      ),
      422,
    );
  }
  assert.equal(
    await resolving(
      () => ['93.184.215.14'],
      () => create('crm.example'),
    ),
    201,
  );
});

test('a name that resolves well at first and badly later is refused at the connection', async () => {
  const { port } = new URL(receiver.url);
  const sdk = foyer.sdk(await foyer.client());
  let addresses = ['93.184.215.14'];
  await resolving(
    () => addresses,
    async () => {
      const { webhookId } = await sdk.webhooks.create({ url: `http://crm.example:${port}/rebound` });
      addresses = ['127.0.0.1'];
      const { isAccepted, error } = await sdk.webhooks.test({ webhookId });
      assert.equal(isAccepted, false);
      assert.match(error ?? '', /public internet/);
    },
  );
  assert.deepEqual(receiver.of('/rebound'), []);
});

test('http is refused unless it is allowed', async () => {
  await using strict = await startFoyer(undefined, { webhooks: { allowHttp: false, allowPrivate: true } });
  const sdk = strict.sdk(await strict.client());
  await assert.rejects(sdk.webhooks.create({ url: receiver.url }), { code: 'validation' });
  await sdk.webhooks.create({ url: 'https://127.0.0.1/' });
});
