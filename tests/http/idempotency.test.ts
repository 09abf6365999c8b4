/** `Idempotency-Key`: a request that is sent again is done once, and answered as it was at first. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createFoyer, FoyerError } from '../../sdk/src/index.ts';
import { allEndpoints } from '../harness/endpoints.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

interface Answer {
  readonly status: number;
  readonly isReplayed: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What may differ between two equal answers. */
const ofEach = ['date', 'x-request-id', 'idempotency-replayed'];

async function send(
  key: TestKey,
  idempotencyKey: string,
  path: string,
  body: unknown,
  { method = 'POST', ...headers }: Record<string, string> = {},
): Promise<Answer> {
  const isText = typeof body === 'string';
  const response = await foyer.fetch(key, path, {
    method,
    headers: {
      'content-type': isText ? 'text/csv' : 'application/json',
      'idempotency-key': idempotencyKey,
      ...headers,
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  });
  const all = [...response.headers].filter(([name]) => !ofEach.includes(name));
  const isReplayed = response.headers.get('idempotency-replayed') === 'true';
  return { status: response.status, isReplayed, headers: Object.fromEntries(all), text: await response.text() };
}

const person = (name: string) => ({ email: `${name}@x.nl`, customerFirstName: 'Jan', customerLastName: 'Pas' });
const typeOf = ({ text }: Answer): string => JSON.parse(text).type.split('/').at(-1);
const lastChange = async (key: TestKey): Promise<number> =>
  (await foyer.sdk(key).changes.list({ limit: 1000 })).changes.at(-1)?.number ?? 0;

/** A client with a customer, a client-type, a webhook and an import. */
async function theatre(): Promise<TestKey> {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  await sdk.customers.create(person('first'));
  await sdk.clientTypes.set({ customerId: 1, clienttypes: ['friend'] });
  await sdk.webhooks.create({ url: 'http://127.0.0.1:9/' });
  await sdk.imports.create({ file: 'email;voornaam;achternaam\nfile@x.nl;A;B\n', dryRun: true });
  return key;
}

type Sent = readonly [path: string, body: unknown, options?: Record<string, string>];

/** A valid request for each endpoint that takes a key. */
const requests: Readonly<Record<string, (key: TestKey) => Promise<Sent> | Sent>> = {
  'customers.create': () => ['/customer', person('new')],
  'customers.update': () => ['/customer/1', { customerCity: 'Zwolle', lastChanged: 'x' }, { method: 'PUT' }],
  'customers.upsert': () => ['/customer/upsert', person('new')],
  'customers.batch': () => ['/customer/batch', { customers: [person('first'), person('new'), { email: '' }, 1] }],
  'clientTypes.set': () => ['/customer/1/clienttypes', { clienttypes: ['donor', 'friend'] }],
  'clientTypes.rename': () => ['/clienttype/friend', { name: 'Vriend' }, { method: 'PUT' }],
  'clientTypes.assign': () => ['/clienttype/vip/customers', { customerIds: [1], action: 'add' }],
  'clientTypes.undoAssign': async (key) => {
    const { undo } = await foyer.sdk(key).clientTypes.assign({ name: 'vip', customerIds: [1], action: 'add' });
    return ['/clienttype/vip/customers/undo', { undo }];
  },
  'imports.create': () => ['/import?dryRun=true&again=true', 'email;voornaam;achternaam\nfile@x.nl;A;B\n'],
  'imports.cancel': () => ['/import/1/cancel', undefined],
  'webhooks.create': () => ['/webhook', { url: 'http://127.0.0.1:9/new' }],
  'webhooks.update': () => ['/webhook/1', { rotate: true }, { method: 'PUT' }],
  'webhooks.test': () => ['/webhook/1/test', undefined],
  'webhooks.replay': () => ['/webhook/1/replay', { after: 'now' }],
};

const taking = allEndpoints.filter(({ endpoint }) => endpoint.takesIdempotencyKey === true);

test('every POST and PUT of a client takes a key, save those that only read', () => {
  const others = allEndpoints.filter(
    ({ endpoint: { method, scope, takesIdempotencyKey } }) =>
      (method === 'POST' || method === 'PUT') &&
      scope !== 'anyone' &&
      scope !== 'signed-in' &&
      takesIdempotencyKey === undefined,
  );
  assert.deepEqual(
    others.map(({ name }) => name),
    ['exports.customers', 'imports.preview', 'customers.findByEmail', 'customers.getMany'].toSorted(
      (a, b) => allEndpoints.findIndex((one) => one.name === a) - allEndpoints.findIndex((one) => one.name === b),
    ),
  );
  assert.deepEqual(
    taking.filter(({ endpoint }) => endpoint.method !== 'POST' && endpoint.method !== 'PUT'),
    [],
  );
});

for (const { name } of taking) {
  test(`${name}: sent again it is answered alike and does nothing; another with its key is refused`, async () => {
    const key = await theatre();
    const request = requests[name];
    assert(request !== undefined, `there is no request of ${name} here`);
    const [path, body, options] = await request(key);
    const first = await send(key, '"again"', path, body, options);
    assert.equal(Math.floor(first.status / 100), 2, first.text);
    assert.equal(first.isReplayed, false);
    const before = await counts(key);
    for (const spelled of ['"again"', 'again']) {
      const again = await send(key, spelled, path, body, options);
      assert.deepEqual(again, { ...first, isReplayed: true });
    }
    assert.deepEqual(await counts(key), before);

    // Another body, or if there is none, another path.
    const other = typeof body === 'object' ? { ...body, somethingElse: 1 } : body && `${body}\n`;
    const refused = await send(key, 'again', body === undefined ? path.replace('/1/', '/2/') : path, other, options);
    assert.deepEqual([refused.status, typeOf(refused)], [422, 'idempotency-key-reused'], refused.text);
    assert.deepEqual(await counts(key), before);
  });
}

async function counts(key: TestKey): Promise<unknown[]> {
  const sdk = foyer.sdk(key);
  const webhooks = await sdk.webhooks.list();
  const attempts = await Array.fromAsync(sdk.webhooks.deliveries({ webhookId: 1 }));
  const tests = attempts.filter(({ isTest }) => isTest).length;
  return [await lastChange(key), webhooks.map(({ url }) => url), tests, (await sdk.imports.list()).length];
}

test('the same request is the same in whatever order its members come, and as a form', async () => {
  const key = await foyer.client();
  const first = await send(key, 'k', '/customer', person('a'));
  const { email, ...rest } = person('a');
  assert.deepEqual(await send(key, 'k', '/customer/', { ...rest, email }), { ...first, isReplayed: true });
  const form = await foyer.fetch(key, '/customer', {
    method: 'POST',
    headers: { 'idempotency-key': 'k' },
    body: new URLSearchParams(person('a')),
  });
  assert.deepEqual([form.status, await form.text()], [201, first.text]);
});

test('another order of a list is another request, also of one that PHP writes as an object', async () => {
  const key = await theatre();
  const set = (about: string, clienttypes: object) => send(key, about, '/customer/1/clienttypes', { clienttypes });
  const ofPhp = '{"2":"b","10":"c","0":"a"}';
  const sendText = async (types: string) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'php' };
    const body = `{"clienttypes":${types}}`;
    const response = await foyer.fetch(key, '/customer/1/clienttypes', { method: 'POST', headers, body });
    return { status: response.status, text: await response.text() };
  };
  assert.deepEqual(await sendText(ofPhp), { status: 200, text: '["b","c","a"]' });
  assert.deepEqual(await sendText(ofPhp), { status: 200, text: '["b","c","a"]' });
  assert.match((await sendText('{"0":"a","2":"b","10":"c"}')).text, /idempotency-key-reused/);
  assert.deepEqual(await sendText('["b","c","a"]'), { status: 200, text: '["b","c","a"]' });
  await set('list', ['a', 'b']);
  assert.equal(typeOf(await set('list', ['b', 'a'])), 'idempotency-key-reused');
});

test('another version, path or method is another request', async () => {
  const key = await theatre();
  const { headers } = await send(key, 'k', '/customer/1', { customerCity: 'Zwolle' }, { method: 'PUT' });
  for (const [path, options] of [
    ['/customer/1', { method: 'PUT', 'if-match': headers.etag ?? '' }],
    ['/customer/2', { method: 'PUT' }],
    ['/customer', { method: 'POST' }],
  ] as const) {
    const refused = await send(key, 'k', path, { ...person('z'), customerCity: 'Zwolle' }, options);
    assert.deepEqual([path, typeOf(refused)], [path, 'idempotency-key-reused']);
  }
});

test('a key of the API, and a client, has idempotency keys of its own', async () => {
  const mine = await foyer.client();
  const [colleague, other] = [await foyer.key(mine), await foyer.client()];
  assert.equal((await send(mine, 'k', '/customer', person('a'))).status, 201);
  const stranger = await send(other, 'k', '/customer', person('a'));
  assert.deepEqual([stranger.status, stranger.isReplayed], [201, false]);
  const second = await send(colleague, 'k', '/customer', person('b'));
  assert.deepEqual([second.status, second.isReplayed], [201, false]);
  assert.equal((await send(colleague, 'k', '/customer', person('b'))).text, second.text);
});

test('what the data refused is refused again as it was, also when it could be done by now', async () => {
  const key = await theatre();
  const sdk = foyer.sdk(key);
  const stale = { method: 'PUT', 'if-match': '"1-1"' };
  const refusals = [
    await send(key, 'taken', '/customer', { ...person('first'), nonsense: 1 }),
    await send(key, 'missing', '/customer/2', { customerCity: 'Zwolle' }, { method: 'PUT' }),
    await send(key, 'stale', '/customer/1', { customerCity: 'Zwolle' }, stale),
  ];
  assert.deepEqual(
    refusals.map(({ status }) => status),
    [422, 404, 412],
  );
  await sdk.customers.update({ customerId: 1, email: 'moved@x.nl' });
  await sdk.customers.create(person('second'));
  assert.deepEqual(await send(key, 'taken', '/customer', { ...person('first'), nonsense: 1 }), {
    ...refusals[0],
    isReplayed: true,
  });
  const late = await send(key, 'missing', '/customer/2', { customerCity: 'Zwolle' }, { method: 'PUT' });
  assert.deepEqual(late, { ...refusals[1], isReplayed: true });
  const staleAgain = await send(key, 'stale', '/customer/1', { customerCity: 'Zwolle' }, stale);
  assert.deepEqual(staleAgain, { ...refusals[2], isReplayed: true });
});

test('a request that was refused for its form, its rights or its key may be mended under the same key', async () => {
  const key = await foyer.client();
  const reader = await foyer.key(key, { scopes: ['customers:read'] });
  assert.equal((await send(key, 'k', '/customer', { email: 'no address' })).status, 422);
  assert.equal((await send(key, 'k', '/customer', person('a'), { 'content-type': 'text/plain' })).status, 415);
  assert.equal((await send(reader, 'k', '/customer', person('a'))).status, 403);
  assert.equal((await send(key, 'k', '/customer', person('a'))).status, 201);
  assert.equal((await send(key, 'file', '/import', '')).status, 422);
  assert.equal((await send(key, 'file', '/import?dryRun=true', 'email;voornaam\na@x.nl;A\n')).status, 202);
});

test('a key is 1 to 255 visible characters, in quotes or bare', async () => {
  const key = await foyer.client();
  for (const bad of ['""', '"a', '"a"b"', 'a b', '"a b"', 'é', 'x'.repeat(256), `"${'x'.repeat(256)}"`, 'a, b']) {
    const refused = await send(key, bad, '/customer', person('a'));
    assert.deepEqual([bad, refused.status, typeOf(refused)], [bad, 400, 'bad-request']);
  }
  const lengths = [`"${'y'.repeat(255)}"`, 'z'.repeat(255), '"a\\"b\\\\"', '!', '~', 'a"b'];
  for (const [at, good] of lengths.entries()) {
    assert.equal((await send(key, good, '/customer', person(`good${at}`))).status, 201, good);
  }
  assert.equal((await send(key, '"a\\"b"', '/customer', person('good5'))).isReplayed, true, 'the same as a"b');
});

test('what only reads or removes passes the key over', async () => {
  const key = await theatre();
  for (const email of ['first@x.nl', 'nobody@x.nl', 'first@x.nl']) {
    const found = await send(key, 'not a good one', '/customer/findByEmail', { email });
    assert.deepEqual([found.status, found.isReplayed], [email === 'first@x.nl' ? 200 : 404, false]);
  }
  const removed = await send(key, 'k', '/clienttype/friend', undefined, { method: 'DELETE' });
  const again = await send(key, 'k', '/clienttype/friend', undefined, { method: 'DELETE' });
  assert.deepEqual([removed.status, again.status], [204, 404]);
});

test('of 50 requests at once with one key one is done; the others ask again, and get its answer', async () => {
  const key = await foyer.client();
  const gate = Promise.withResolvers<void>();
  const principal = { clientId: key.clientId, actor: { kind: 'command', id: null } } as const;
  const held = foyer.app.store.write(principal, () => gate.promise);
  const told = Promise.withResolvers<void>();
  let refused = 0;
  const sending = Array.from({ length: 50 }, async () => {
    const answer = await send(key, 'k', '/customer', person('a'));
    if (answer.status === 409) refused += 1;
    if (refused === 49) told.resolve();
    return answer;
  });
  await told.promise;
  gate.resolve();
  await held;
  const answers = await Promise.all(sending);
  const [made, ...more] = answers.filter(({ status }) => status !== 409);
  assert.deepEqual([made?.status, made?.isReplayed, more.length], [201, false, 0]);
  for (const one of answers.filter(({ status }) => status === 409)) {
    assert.deepEqual([typeOf(one), one.headers['retry-after']], ['idempotency-key-in-flight', '1']);
    assert.deepEqual(await send(key, 'k', '/customer', person('a')), { ...made, isReplayed: true });
  }
  assert.equal(await lastChange(key), 1);
});

test('50 calls of the SDK at once with one key all get the customer that was made', async () => {
  const key = await foyer.client();
  const sdk = createFoyer({ baseUrl: foyer.url, client: key.client, key: key.key });
  const made = await Promise.all(
    Array.from({ length: 50 }, () => sdk.customers.create(person('a'), { idempotencyKey: 'order-1' })),
  );
  for (const one of made) assert.deepEqual(one, made[0]);
  assert.equal(await lastChange(key), 1);
});

test('a create of the SDK whose answer is lost is sent again and made once; so is an update to a version', async () => {
  const key = await foyer.client();
  let calls = 0;
  const losing: typeof fetch = async (...args) => {
    const response = await fetch(...args);
    calls += 1;
    if (calls % 2 === 0) return response;
    await response.text();
    throw new TypeError('the connection broke');
  };
  const sdk = createFoyer({ baseUrl: foyer.url, client: key.client, key: key.key, fetch: losing });
  const customer = await sdk.customers.create(person('a'));
  const moved = await sdk.customers.update({ customerId: 1, customerCity: 'Zwolle' }, { ifMatch: customer });
  assert.deepEqual([calls, moved.customerId, moved.customerCity, await lastChange(key)], [4, 1, 'Zwolle', 2]);
  await assert.rejects(
    sdk.customers.update({ customerId: 1, customerCity: 'Urk' }, { ifMatch: customer }),
    (error) => error instanceof FoyerError && error.code === 'precondition-failed',
  );
});

test('a batch whose caller left goes on where it was, and is answered in full', async () => {
  const key = await foyer.client();
  const customers = Array.from({ length: 600 }, (_, at) => person(`b${at}`));
  const leaving = new AbortController();
  const response = await foyer.fetch(key, '/customer/batch', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
    body: JSON.stringify({ customers }),
    signal: leaving.signal,
  });
  await response.body?.getReader().read();
  leaving.abort();
  let again = await send(key, 'k', '/customer/batch', { customers });
  while (again.status === 409) again = await send(key, 'k', '/customer/batch', { customers });
  assert.equal(again.isReplayed, true);
  const lines: { status: number; outcome: string; customer: { customerId: number } }[] = JSON.parse(again.text);
  assert.deepEqual(
    lines.map(({ status, outcome, customer }) => [status, outcome, customer.customerId]),
    customers.map((_, at) => [201, 'created', at + 1]),
  );
  assert.deepEqual(await send(key, 'k', '/customer/batch', { customers }), again);
  assert.equal((await foyer.sdk(key).changes.list({ after: '599' })).changes.length, 1);
});

test('a body that is nested deep has a fingerprint too', async () => {
  const key = await foyer.client();
  const deep = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
  for (const levels of [5, 5000]) {
    const body = { ...person(`deep${levels}`), nonsense: deep(levels) };
    const first = await send(key, `k${levels}`, '/customer', body);
    assert.equal(first.status, 201, first.text);
    assert.deepEqual(await send(key, `k${levels}`, '/customer', body), { ...first, isReplayed: true });
  }
});
