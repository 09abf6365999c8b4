/** What holds for all requests, whatever they ask for. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import type { Endpoint } from '../../sdk/src/contract/endpoint.ts';
import { endpoints } from '../../sdk/src/contract/index.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { assertProblem, dial, type RawAnswer, rawOf, requestText, sendRaw } from '../harness/raw.ts';

let foyer: TestFoyer;
let key: TestKey;
before(async () => {
  foyer = await startFoyer();
  key = await foyer.client();
  const { customers, clientTypes } = foyer.sdk(key);
  await customers.create({ email: 'jan@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' });
  await clientTypes.set({ customerId: 1, clienttypes: ['friend'] });
});
after(() => foyer[Symbol.asyncDispose]());

const outside = ['/health/live', '/health/ready', '/openapi.json', '/docs', '/docs/swagger-ui.css', '/docs/foyer.css'];
const gets = Object.values(endpoints)
  .flatMap((resource): Endpoint[] => Object.values(resource))
  .filter(({ method }) => method === 'GET');
const base = () => `/v1/${key.client}/peppered`;
const pathOf = ({ path, params = {} }: Endpoint) =>
  base() + path.replaceAll(/\{(\w+)\}/g, (_, name) => (params[name]?.kind === 'text' ? 'friend' : '1'));
/** Every path that is read, except those of webhooks that do not exist here. */
const readPaths = () => [...outside, ...gets.map(pathOf)];

const authorization = () => `Authorization: ${key.key}`;
const send = (method: string, path: string, ...headers: string[]) =>
  sendRaw(foyer.url, requestText([`${method} ${path} HTTP/1.1`, authorization(), ...headers]));

const TRIES = 20;

/** What differs from one answer to the next. */
function lasting({ headers, ...answer }: RawAnswer) {
  const differs = ['date', 'x-request-id', 'connection', 'transfer-encoding'];
  return { ...answer, headers: [...headers].filter(([name]) => !differs.includes(name)) };
}

/** Two answers to compare, asked for one after the other; on a busy machine one of them may be too late. */
async function inTime(ask: () => Promise<RawAnswer>, other: () => Promise<RawAnswer>): Promise<[RawAnswer, RawAnswer]> {
  for (let tries = 1; ; tries += 1) {
    const answers: [RawAnswer, RawAnswer] = [await ask(), await other()];
    if (tries === TRIES || answers.every(({ status }) => status !== 503)) return answers;
  }
}

test('HEAD is answered as GET, without the body, wherever there is GET', async () => {
  for (const path of readPaths()) {
    for (const headers of [[], ['Accept: text/event-stream']]) {
      if (headers.length > 0 && path.endsWith('/change')) continue;
      const [get, head] = await inTime(
        () => send('GET', path, ...headers),
        () => send('HEAD', path, ...headers),
      );
      assert.notEqual(get.status, 405, path);
      assert.deepEqual(lasting(head), { ...lasting(get), body: '' }, path);
    }
  }
});

test('HEAD on events says how they would come, and keeps no reader', async () => {
  const head = await send('HEAD', `${base()}/change`, 'Accept: text/event-stream');
  assert.equal(head.status, 200);
  assert.equal(head.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  assert.equal(head.body, '');
});

test('HEAD needs a key where GET needs one, and finds nothing where GET finds nothing', async () => {
  const without = await sendRaw(foyer.url, requestText([`HEAD ${base()}/customer/1 HTTP/1.1`]));
  assert.deepEqual([without.status, without.body], [401, '']);
  for (const path of [`${base()}/customer/2`, `${base()}/nothing`, '/nothing']) {
    const answer = await send('HEAD', path);
    assert.deepEqual([answer.status, answer.body], [404, ''], path);
  }
  const post = await send('HEAD', `${base()}/export/customers`);
  assert.deepEqual([post.status, post.headers.get('allow')], [405, 'POST']);
});

test('a wrong method is told before anything that is wrong with the body or the key', async () => {
  const wrong: [string, string, string][] = [
    ['DELETE', `${base()}/customer/1`, 'GET, HEAD, PUT'],
    ['PUT', `${base()}/customer/findByEmail`, 'POST'],
    ['POST', `${base()}/customer/1`, 'GET, HEAD, PUT'],
    ['POST', `${base()}/export/clienttypes/`, 'GET, HEAD'],
    ['POST', '/health/live', 'GET, HEAD'],
    ['PUT', '/docs', 'GET, HEAD'],
    ['DELETE', '/', 'GET, HEAD'],
  ];
  for (const [method, path, allow] of wrong) {
    for (const body of [
      ['Content-Type: application/odd', 'Content-Length: 3'],
      ['Content-Type: nonsense', 'Content-Length: 3'],
      ['Content-Type: application/json', 'Content-Length: 3'],
      ['Content-Type: application/json', 'Content-Length: 99999999'],
      ['Content-Type: application/json', 'Content-Encoding: odd', 'Content-Length: 3'],
      ['Content-Length: 3'],
    ]) {
      for (const lines of [[authorization(), ...body], body]) {
        const answer = await sendRaw(foyer.url, requestText([`${method} ${path} HTTP/1.1`, ...lines], '{x}'));
        assertProblem(answer, 405);
        assert.equal(answer.headers.get('allow'), allow, `${method} ${path}`);
      }
    }
  }
});

test('one slash at the end of a path says nothing', async () => {
  for (const path of readPaths()) {
    const get = (end: string) => () => send('GET', path + end);
    const [bare, slashed] = await inTime(get(''), get('/'));
    assert.deepEqual(lasting(slashed), lasting(bare), path);
    const [again, queried] = await inTime(get(''), get('/?'));
    assert.equal(queried.status, again.status, path);
    assertProblem(await send('GET', `${path}//`), 404);
  }
  const found = await foyer.fetch(key, '/customer/findByEmail/', {
    method: 'POST',
    body: new URLSearchParams({ email: 'jan@x.nl' }),
  });
  assert.equal(found.status, 200);
});

test('every answer says that its type is meant; what may hold a customer is kept by nobody', async () => {
  const post = async (path: string, body: string) =>
    rawOf(await foyer.fetch(key, path, { method: 'POST', headers: { 'content-type': 'application/json' }, body }));
  const answers: [RawAnswer, isPrivate: boolean][] = [
    ...(await Promise.all(
      outside.map(async (path): Promise<[RawAnswer, boolean]> => [await send('GET', path), false]),
    )),
    [await send('GET', '/'), false],
    [await send('GET', `${base()}/customer/1`), true],
    // The second time, in the direct lane.
    [await send('GET', `${base()}/customer/1`), true],
    [await send('HEAD', `${base()}/customer/1`), true],
    [await send('GET', `${base()}/customer`), true],
    [await send('GET', `${base()}/change`), true],
    [await send('GET', `${base()}/customer/1/history`), true],
    [await post('/export/customers', ''), true],
    [await post('/customer/findByEmail', '{"email":"jan@x.nl"}'), true],
    [await post('/customer', '{"email":"jan@x.nl","customerFirstName":"J","customerLastName":"P"}'), true],
    [await post('/customer', '{'), true],
    [await send('GET', `${base()}/customer/9`), true],
    [await send('GET', '/nothing'), true],
    [await sendRaw(foyer.url, 'nonsense\r\n\r\n'), true],
  ];
  for (const [{ status, headers }, isPrivate] of answers) {
    assert.equal(headers.get('x-content-type-options'), 'nosniff', `${status}`);
    assert.equal(headers.get('referrer-policy'), 'no-referrer', `${status}`);
    if (isPrivate) assert.equal(headers.get('cache-control'), 'no-store', `${status}`);
  }
});

/** Sends a head with `Expect: 100-continue`; returns the first line of the answer, and continues if told to. */
async function expectContinue(headers: readonly string[], body: string): Promise<string[]> {
  const socket = await dial(foyer.url);
  const first = `POST ${base()}/customer/findByEmail HTTP/1.1`;
  const head = [first, ...headers, 'Expect: 100-continue', 'Host: foyer.test', 'Connection: close'];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
    if (text === 'HTTP/1.1 100 Continue\r\n\r\n') socket.write(body);
  });
  await once(socket, 'close');
  return text.match(/^HTTP\/1\.1 \d+/gm) ?? [];
}

test('a caller that waits before it sends its body is told to go on once its key was looked at', async () => {
  const body = '{"email":"jan@x.nl"}';
  const of = (...headers: string[]) => [...headers, `Content-Length: ${body.length}`];
  const json = 'Content-Type: application/json';
  const first = (line: string) => [`HTTP/1.1 ${line}`];
  assert.deepEqual(await expectContinue(of(authorization(), json), body), ['HTTP/1.1 100', 'HTTP/1.1 200']);
  assert.deepEqual(await expectContinue(of(json), body), first('401'));
  assert.deepEqual(await expectContinue(of('Authorization: x', json), body), first('401'));
  assert.deepEqual(await expectContinue([authorization(), json, 'Content-Length: 9999999'], body), first('413'));
  const latin = 'Content-Type: application/json; charset=latin1';
  assert.deepEqual(await expectContinue(of(authorization(), latin), body), first('415'));
});
