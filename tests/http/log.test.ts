import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { makeInstallation, type TestInstallation } from '../harness/installation.ts';
import { type FoyerProcess, type LogLine, parseLine, spawnFoyer } from '../harness/process.ts';
import { assertProblem, dial, type RawAnswer, rawOf, readAnswer, requestText, sendRaw } from '../harness/raw.ts';

const person = {
  email: 'Geheim.Adres@visitor.example',
  customerFirstName: 'Wilhelmientje',
  customerLastName: 'Achternaamsma',
  customerPhone: '31698765432',
};
const json = { 'content-type': 'application/json' };

let installation: TestInstallation;
let foyer: FoyerProcess;
before(async () => {
  installation = await makeInstallation();
  foyer = await spawnFoyer(installation, { LOG_LEVEL: 'trace' });
});
after(async () => {
  await foyer[Symbol.asyncDispose]();
  await installation[Symbol.asyncDispose]();
});

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  foyer.fetch(path, { method: 'POST', headers: { ...json, ...headers }, body });

/** The one line of the log for the request with this answer. */
async function lineOf(answer: RawAnswer): Promise<LogLine> {
  const id = answer.headers.get('x-request-id');
  assert(id !== undefined, 'the answer has a request id');
  const isOf = (line: LogLine) => line.request === id && line.msg === 'request';
  const line = await foyer.logged(isOf);
  assert.equal(foyer.lines.filter((text) => isOf(parseLine(text) ?? {})).length, 1);
  return line;
}

/** No printed line contains any part of what identifies the person, or the key. */
function assertNothingPersonal(): void {
  const secrets = [
    installation.key.key,
    installation.key.key.replace(/^foyer_\d+_/, ''),
    ...Object.values(person),
    'visitor.example',
  ];
  // Long enough that no time or request id contains it by chance.
  secrets.push('316987654', 'Achternaams', 'geheim', 'foyer_1_', 'authorization');
  for (const line of foyer.lines) {
    for (const secret of secrets) assert(!line.toLowerCase().includes(secret.toLowerCase()), `"${secret}" in ${line}`);
    assert(!line.includes(encodeURIComponent('@')), line);
    assert(parseLine(line) !== undefined, `no JSON: ${line}`);
  }
}

test('a good request has one line: what, how it ended, how long it took, for whom', async () => {
  const answer = await rawOf(await post('/customer', JSON.stringify(person)));
  assert.equal(answer.status, 201);
  const { level, time, pid, hostname, ms, ...line } = await lineOf(answer);
  assert.equal(typeof ms, 'number');
  assert.deepEqual(line, {
    request: answer.headers.get('x-request-id'),
    method: 'POST',
    route: '/v1/:client/peppered/customer',
    status: 201,
    client: 'theatre',
    key: installation.key.keyId,
    msg: 'request',
  });
  const found = await rawOf(await post('/customer/findByEmail', JSON.stringify({ email: person.email })));
  assert.equal((await lineOf(found)).route, '/v1/:client/peppered/customer/findByEmail');
  assertNothingPersonal();
});

test('the line tells how long the request took, on either way, with its body and its wait', async () => {
  const [direct, waiting] = await Promise.all([
    rawOf(await foyer.fetch('/customer/1')),
    rawOf(await foyer.fetch('/change?after=now&wait=1')),
  ]);
  for (const [answer, least] of [
    [direct, 0.001],
    [waiting, 1000],
  ] as const) {
    const { ms } = await lineOf(answer);
    assert(Number(ms) >= least, `${ms} ms`);
  }
});

test('a refused request has its line, with nothing of what was sent', async () => {
  const text = JSON.stringify(person);
  const made = await rawOf(await post('/customer', text.replace('Geheim', 'Ander.Geheim')));
  assert.equal(made.status, 201);
  const inQuery = `/customer/1?email=${encodeURIComponent(person.email)}`;
  const refused: [Promise<Response>, number][] = [
    [post('/customer', text.replace('Geheim', 'Ander.Geheim')), 422],
    [post('/customer', text.replaceAll('"3169', '"x3169')), 422],
    [foyer.fetch(`/customer/${person.email}`), 404],
    [foyer.fetch(`/${encodeURIComponent(person.email)}/x`), 404],
    [post('/customer', `{"customerLastName":"${person.customerLastName}"`), 400],
    [post('/customer', text, { 'content-type': `text/${person.customerLastName}` }), 415],
    [foyer.fetch('/customer/1', { headers: { authorization: `foyer_1_${person.customerLastName}` } }), 401],
    [foyer.fetch('/customer/1', { headers: { authorization: `${installation.key.key}x` } }), 401],
    [foyer.fetch(inQuery, { method: 'DELETE' }), 405],
    [
      fetch(`${foyer.url}/v1/${person.email}/peppered/customer/1`, {
        headers: { authorization: installation.key.key },
      }),
      403,
    ],
  ];
  for (const [response, status] of refused) {
    const answer = await rawOf(await response);
    assertProblem(answer, status);
    const line = await lineOf(answer);
    assert.equal(line.status, status);
    assert.equal(typeof line.ms, 'number');
    assert.equal(typeof line.method, 'string');
  }
  const read = await rawOf(await foyer.fetch(inQuery));
  assert.equal((await lineOf(read)).route, '/v1/:client/peppered/customer/:customerId');
  assertNothingPersonal();
});

test('a path that cannot be decoded has its line and its id', async () => {
  const answer = await rawOf(await foyer.fetch(`/customer/%ff${person.customerLastName}`));
  assertProblem(answer, 404);
  assert.equal((await lineOf(answer)).status, 404);
  assertNothingPersonal();
});

test('so has what is no request at all', async () => {
  const garbage = await sendRaw(foyer.url, `${person.email} ${person.customerLastName}\r\n\r\n`);
  assertProblem(garbage, 400);
  assert.equal((await lineOf(garbage)).status, 400);
  assertNothingPersonal();
});

test('the request id of the caller is taken when it is well-formed', async () => {
  const ask = async (id: string) => rawOf(await foyer.fetch('/customer/1', { headers: { 'x-request-id': id } }));
  const taken = await ask('Web-shop_1.7');
  assert.equal(taken.headers.get('x-request-id'), 'Web-shop_1.7');
  await lineOf(taken);
  for (const id of [person.email, 'a b', '', 'x'.repeat(65)]) {
    const answer = await ask(id);
    assert.match(answer.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
    await lineOf(answer);
  }
  assertNothingPersonal();
});

/**
 * Resolves when the service has certainly read all that was sent before: what comes at the same moment is taken in any
 * order, but before whatever comes then.
 */
async function untilRead(): Promise<void> {
  for (let times = 0; times < 2; times += 1) await (await fetch(`${foyer.url}/health/live`)).arrayBuffer();
}

/** Sends part of a request on its own connection; resolves when the service has certainly read it. */
async function begin(head: readonly string[], part: string): Promise<Socket> {
  const socket = await dial(foyer.url);
  socket.write(
    requestText([...head, `Authorization: ${installation.key.key}`], part).replace('Connection: close\r\n', ''),
  );
  await untilRead();
  return socket;
}

/** The only line of the request with this id, in which nothing went wrong. */
async function assertHungUp(id: string, method: string, route: string): Promise<void> {
  const line = await foyer.logged(({ request }) => request === id);
  // Any other line about it would have been logged by then.
  await lineOf(await rawOf(await fetch(`${foyer.url}/health/live`)));
  const lines = foyer.lines.map((text) => parseLine(text) ?? {}).filter(({ request }) => request === id);
  assert.equal(lines.length, 1, JSON.stringify(lines));
  const { msg, status, level } = line;
  assert.deepEqual(
    [msg, status, level, line.method, line.route],
    ['request aborted', 499, 30, method, `/v1/:client/peppered${route}`],
  );
}

const changed = JSON.stringify({ customerCity: 'Zwolle' });
const length = `Content-Length: ${changed.length}`;
const typed = 'Content-Type: application/json';
/** In the direct lane, and in Fastify's. */
const lanes: Record<string, [headers: string[], body: string]> = {
  short: [[typed, length], changed],
  long: [[typed, 'Transfer-Encoding: chunked'], `${changed.length.toString(16)}\r\n${changed}\r\n0\r\n\r\n`],
};

for (const [lane, [headers, body]] of Object.entries(lanes)) {
  test(`a caller that hangs up in the middle of a body has one line (${lane} way)`, async () => {
    await foyer.fetch('/customer/1');
    const id = `middle-${lane}`;
    const head = ['PUT /v1/theatre/peppered/customer/1 HTTP/1.1', `X-Request-Id: ${id}`, ...headers];
    const socket = await begin(head, body.slice(0, -8));
    socket.resetAndDestroy();
    await assertHungUp(id, 'PUT', '/customer/:customerId');
    assertNothingPersonal();
  });

  test(`a caller that hangs up while its write waits has one line (${lane} way)`, async () => {
    await foyer.fetch('/customer/1');
    const id = `waiting-${lane}`;
    const held = await installation.hold();
    const head = ['PUT /v1/theatre/peppered/customer/1 HTTP/1.1', `X-Request-Id: ${id}`, ...headers];
    const socket = await begin(head, body);
    socket.resetAndDestroy();
    await once(socket, 'close');
    await untilRead();
    await held[Symbol.asyncDispose]();
    await assertHungUp(id, 'PUT', '/customer/:customerId');
  });
}

test('a reader of events or of an export that hangs up has one line', async () => {
  const of = (id: string, method: string, path: string, ...more: string[]) =>
    begin([`${method} /v1/theatre/peppered${path} HTTP/1.1`, `X-Request-Id: ${id}`, ...more], '');
  const events = await of('events', 'GET', '/change', 'Accept: text/event-stream');
  const waiting = await of('wait', 'GET', '/change?after=now&wait=30');
  for (const socket of [events, waiting]) socket.resetAndDestroy();
  await assertHungUp('events', 'GET', '/change');
  await assertHungUp('wait', 'GET', '/change');
});

test('a request that breaks off in its middle has the line of the answer that it got', async () => {
  const head = ['PUT /v1/theatre/peppered/customer/1 HTTP/1.1', typed, 'Transfer-Encoding: chunked'];
  const socket = await begin([...head, 'X-Request-Id: broken'], '5\r\n{"cus\r\n');
  socket.write('zz\r\n');
  const answer = await readAnswer(socket);
  assertProblem(answer, 400);
  assert.equal((await lineOf(answer)).status, 400);
  assert.equal(foyer.lines.filter((line) => line.includes('"broken"')).length, 0);
});

test('an unexpected fault is a 500 with the request id and nothing else; the log says where', async () => {
  await using broken = await makeInstallation();
  await using service = await spawnFoyer(broken, { LOG_LEVEL: 'trace' });
  await broken.rows('drop table customer_client_type');
  await broken.rows('alter table customer rename to gone');
  for (const method of ['GET', 'PUT']) {
    const body = method === 'PUT' ? { body: JSON.stringify(person), headers: json } : {};
    const answer = await rawOf(await service.fetch('/customer/1', { method, ...body }));
    assertProblem(answer, 500);
    assert.doesNotMatch(answer.body, /sql|select|no such|table|\.ts|node:|stack| at /i);
    const { type, title, status, message, requestId, ...rest } = JSON.parse(answer.body);
    assert.equal(requestId, answer.headers.get('x-request-id'));
    assert.deepEqual(rest, {});
    const fault = await service.logged((line) => line.request === requestId && line.err !== undefined);
    assert.match(JSON.stringify(fault.err), /sqlite\/engine\.ts|"statement":"select .* from .*customer/);
    const line = await service.logged((one) => one.request === requestId && one.msg === 'request');
    assert.equal(line.status, 500);
  }
  for (const line of service.lines) assert.doesNotMatch(line, /visitor\.example|achternaams|wilhelm|31698765432/i);
});
