/** The SDK against a server that misbehaves on purpose: what it repeats, what it gives up, and what it throws. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createFoyer, FoyerError, type FoyerOptions } from '../../sdk/src/index.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

interface Server extends AsyncDisposable {
  readonly foyer: ReturnType<typeof createFoyer>;
  readonly requests: IncomingMessage[];
  readonly bodies: string[];
}

/** A server that gives these answers in turn, the last one repeatedly; and the SDK that calls it. */
async function serve(answers: readonly Answer[], options: Partial<FoyerOptions> = {}): Promise<Server> {
  const [requests, bodies]: [IncomingMessage[], string[]] = [[], []];
  const server = createServer(async (request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    requests.push(request);
    bodies.push(Buffer.concat(await request.toArray()).toString());
    answer?.(response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    foyer: createFoyer({ baseUrl, client: 'demo', key: 'KEY', ...options }),
    requests,
    bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const problem = (status: number, code: string, more: object = {}, headers: Record<string, string> = {}): Answer => {
  const body = { type: `https://foyer.example/problems/${code}`, title: 'T', status, message: 'M', ...more };
  return (response) =>
    response
      .writeHead(status, {
        'content-type': 'application/problem+json',
        'retry-after': '0',
        'x-request-id': 'r1',
        ...headers,
      })
      .end(JSON.stringify(body));
};
const ok =
  (value: unknown): Answer =>
  (response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
const cut: Answer = (response) => response.destroy();
const never: Answer = () => undefined;
const internal = problem(500, 'internal');

const person = { email: 'a@x.nl', customerFirstName: 'A', customerLastName: 'B' };

async function failure(call: Promise<unknown>): Promise<FoyerError> {
  const thrown = await call.then(
    () => assert.fail('It succeeded'),
    (error: unknown) => error,
  );
  assert(thrown instanceof FoyerError, String(thrown));
  return thrown;
}

for (const [status, code] of [
  [429, 'too-many-requests'],
  [503, 'unavailable'],
] as const) {
  test(`after ${status} even a create is sent again, when Retry-After says`, async () => {
    const busy = problem(status, code);
    await using server = await serve([busy, busy, ok({ customerId: 1 })]);
    assert.deepEqual(await server.foyer.customers.create(person), { customerId: 1 });
    assert.equal(server.requests.length, 3);
    assert.deepEqual(
      server.bodies.map((body) => JSON.parse(body)),
      [person, person, person],
    );
  });

  test(`after ${status} again and again it gives up`, async () => {
    await using server = await serve([problem(status, code)], { retries: 2 });
    const error = await failure(server.foyer.customers.get({ customerId: 1 }));
    assert.deepEqual([error.code, error.status, server.requests.length], [code, status, 3]);
  });
}

test('it waits as long as Retry-After asks', async () => {
  await using server = await serve([problem(503, 'unavailable', {}, { 'retry-after': '1' }), ok({ customerId: 1 })]);
  const begin = performance.now();
  await server.foyer.customers.create(person);
  assert(performance.now() - begin > 990, 'without the header it is 0.1 to 0.2 s');
});

test('it does not wait for more than a minute, but says how long the service asks it to', async () => {
  const date = new Date(Date.now() + 3_600_000).toUTCString();
  for (const [asked, least] of [
    ['61', 61],
    ['9999999', 9_999_999],
    [date, 3500],
  ] as const) {
    await using server = await serve([problem(503, 'unavailable', {}, { 'retry-after': asked })]);
    const error = await failure(server.foyer.customers.create(person));
    assert.deepEqual([error.code, server.requests.length], ['unavailable', 1]);
    assert((error.retryAfter ?? 0) >= least, `${asked}: ${error.retryAfter}`);
  }
});

test('follow waits as long as Retry-After asks, however long that is', async () => {
  const page = ok({ changes: [{ number: 1 }], cursor: '1', more: false });
  await using server = await serve([problem(429, 'too-many-requests', {}, { 'retry-after': '1' }), page]);
  const begin = performance.now();
  assert.equal((await server.foyer.changes.follow().next()).done, false);
  assert(performance.now() - begin > 990, 'without the header it is 0.1 to 0.2 s');
  await using patient = await serve([problem(503, 'unavailable', {}, { 'retry-after': '9999999' })]);
  const stopped = await patient.foyer.changes.follow({ signal: AbortSignal.timeout(500) }).next();
  assert.deepEqual([stopped.done, patient.requests.length], [true, 1]);
});

test('what may have been done is not sent again, where twice is more than once and there is no key', async () => {
  for (const [answer, code] of [
    [internal, 'internal'],
    [cut, 'network'],
    [problem(502, 'x'), 'unexpected'],
  ] as const) {
    await using server = await serve([answer, ok({ customerId: 1 })]);
    const error = await failure(server.foyer.clientTypes.remove({ clienttype: 'friend' }));
    assert.deepEqual([error.code, server.requests.length], [code, 1]);
  }
});

const keysOf = ({ requests }: Server) =>
  requests.map(({ headers }) => headers['idempotency-key'] as string | undefined);

test('a create has a key of its own, and is sent again with it when it may have been done', async () => {
  for (const answer of [internal, cut, problem(409, 'idempotency-key-in-flight')]) {
    await using server = await serve([answer, answer, ok({ customerId: 1 })]);
    assert.deepEqual(await server.foyer.customers.create(person), { customerId: 1 });
    await server.foyer.customers.create(person);
    const [first, second, third, other] = keysOf(server);
    assert.match(first ?? '', /^"[0-9a-f]{32}"$/);
    assert.deepEqual([second, third], [first, first]);
    assert.notEqual(other, first);
  }
});

test('a key that is given is sent; what is the same when it is done twice has none, save with `ifMatch`', async () => {
  await using server = await serve([ok({ customerId: 1 })]);
  const { customers, clientTypes } = server.foyer;
  await customers.create(person, { idempotencyKey: 'order-1' });
  await customers.upsert(person, { idempotencyKey: 'order-2' });
  await customers.update({ customerId: 1, customerCity: 'Zwolle' });
  await customers.get({ customerId: 1 });
  await customers.update({ customerId: 1, customerCity: 'Zwolle' }, { ifMatch: '"1"' });
  await clientTypes.remove({ clienttype: 'friend' }).catch(() => undefined);
  const [create, upsert, update, get, matched, remove] = keysOf(server);
  assert.deepEqual([create, upsert, update, get, remove], ['"order-1"', '"order-2"', undefined, undefined, undefined]);
  assert.match(matched ?? '', /^"[0-9a-f]{32}"$/);
});

test('a get is sent again after a fault of the server or the network', async () => {
  for (const answer of [internal, cut, problem(502, 'x')]) {
    await using server = await serve([answer, answer, ok({ customerId: 1 })]);
    assert.deepEqual(await server.foyer.customers.get({ customerId: 1 }), { customerId: 1 });
    assert.equal(server.requests.length, 3);
  }
});

test('what the caller did wrong is not sent again', async () => {
  for (const [status, code] of [
    [400, 'bad-request'],
    [401, 'unauthorized'],
    [403, 'missing-scope'],
    [404, 'not-found'],
  ] as const) {
    await using server = await serve([problem(status, code)]);
    const error = await failure(server.foyer.customers.get({ customerId: 1 }));
    assert.deepEqual([error.code, error.status, server.requests.length], [code, status, 1]);
  }
});

test('`timeout` aborts: a removal at once, a get after its repetitions', async () => {
  // Counted where they are sent: the time may be over before one reaches the server.
  let sent = 0;
  const counting: typeof fetch = (...args) => {
    sent += 1;
    return fetch(...args);
  };
  await using server = await serve([never], { timeout: 50, retries: 1, fetch: counting });
  assert.equal((await failure(server.foyer.clientTypes.remove({ clienttype: 'a' }))).code, 'timeout');
  assert.equal(sent, 1);
  assert.equal((await failure(server.foyer.customers.get({ customerId: 1 }))).code, 'timeout');
  assert.equal(sent, 3);
  await Promise.all(server.requests.map(({ socket }) => socket.destroyed || once(socket, 'close')));
});

test('`timeout` holds for the body too', async () => {
  await using server = await serve([(response) => response.writeHead(200).write('{"customerId"')], { timeout: 50 });
  assert.equal((await failure(server.foyer.customers.create(person))).code, 'timeout');
});

test('`signal` aborts before, during and between the attempts', async () => {
  await using server = await serve([never]);
  const gone = AbortSignal.abort('gone');
  assert.equal((await failure(server.foyer.customers.get({ customerId: 1 }, { signal: gone }))).code, 'aborted');
  assert.equal(server.requests.length, 0);

  const during = new AbortController();
  await using silent = await serve([() => during.abort(new Error('why'))]);
  const error = await failure(silent.foyer.customers.get({ customerId: 1 }, { signal: during.signal }));
  assert.deepEqual([error.code, (error.cause as Error).message, silent.requests.length], ['aborted', 'why', 1]);

  // The answer is complete when the SDK gets it: all that is left to abort is the wait.
  const between = new AbortController();
  const whole: typeof fetch = async (...args) => {
    const response = await fetch(...args);
    const text = await response.text();
    setTimeout(() => between.abort(), 50);
    return new Response(text, response);
  };
  await using busy = await serve([problem(503, 'unavailable', {}, { 'retry-after': '60' })], { fetch: whole });
  const waiting = busy.foyer.customers.get({ customerId: 1 }, { signal: between.signal });
  assert.equal((await failure(waiting)).code, 'aborted');
  assert.equal(busy.requests.length, 1);
});

test('a problem becomes a FoyerError that says all that it said', async () => {
  const violations = [{ field: 'email', code: 'taken', message: 'Taken', customerId: 7 }];
  await using server = await serve([problem(422, 'validation', { errors: { email: ['Taken'] }, violations })]);
  const error = await failure(server.foyer.customers.create(person));
  assert.deepEqual(
    [error.name, error.code, error.status, error.message, error.requestId],
    ['FoyerError', 'validation', 422, 'M', 'r1'],
  );
  assert.deepEqual(error.violations, violations);
});

test("an answer that is not Foyer's is `unexpected`", async () => {
  const html =
    (status: number): Answer =>
    (response) =>
      response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
  for (const answer of [html(502), html(404), html(200), problem(418, 'toString'), problem(400, 'teapot')]) {
    await using server = await serve([answer], { retries: 0 });
    assert.equal((await failure(server.foyer.customers.get({ customerId: 1 }))).code, 'unexpected');
  }
  for (const text of ['null', '[]', '{"type":7}', '']) {
    await using server = await serve([(response) => response.writeHead(400).end(text)]);
    const error = await failure(server.foyer.customers.create(person));
    assert.deepEqual([error.code, error.status], ['unexpected', 400], text);
  }
});

test('a call is the path, the key and the body, and no more', async () => {
  await using server = await serve([ok([])]);
  await server.foyer.clientTypes.set({ customerId: 12, clienttypes: ['a'] });
  await server.foyer.exports.clientTypes();
  const [set, list] = server.requests;
  assert.deepEqual([set?.method, set?.url], ['POST', '/v1/demo/peppered/customer/12/clienttypes']);
  assert.deepEqual([set?.headers.authorization, set?.headers['content-type']], ['Bearer KEY', 'application/json']);
  assert.deepEqual([list?.method, list?.url], ['GET', '/v1/demo/peppered/export/clienttypes']);
  assert.deepEqual(server.bodies, ['{"clienttypes":["a"]}', '']);
});

test('without a key it fails at once, and says so', () => {
  for (const key of [undefined, '']) {
    assert.throws(
      () => createFoyer({ baseUrl: 'http://127.0.0.1', client: 'demo', ...(key === undefined ? {} : { key }) }),
      /needs a key/,
    );
  }
});
