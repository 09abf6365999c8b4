/** Pages of other origins: those in `CORS_ORIGINS` may call the service with a key, and no others. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { signedInByLink } from '../harness/browser.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

const PAGE = 'https://crm.example';
const OTHER = 'https://evil.example';
const corsOrigins = [PAGE, 'http://localhost:3000'];

let foyer: TestFoyer;
let key: TestKey;
before(async () => {
  foyer = await startFoyer(undefined, { corsOrigins });
  key = await foyer.client();
  await foyer.sdk(key).customers.create({ email: 'jan@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' });
});
after(() => foyer[Symbol.asyncDispose]());

const corsHeaders = ({ headers }: Response): string[] =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

const customer = () => `/v1/${key.client}/peppered/customer/1`;
const preflight = (origin: string, path = customer(), headers: Record<string, string> = {}) =>
  fetch(foyer.url + path, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PUT', ...headers },
  });

/** Answers of every kind, to a page of an origin. */
async function answersTo(origin: string): Promise<[what: string, status: number, Response][]> {
  const other = await foyer.client();
  const narrow = await foyer.key(key, { scopes: ['exports:read'] });
  const json = { 'content-type': 'application/json' };
  const ask = (path: string, init: RequestInit = {}, of = key) =>
    foyer.fetch(of, path, { ...init, headers: { origin, ...(init.headers as Record<string, string>) } });
  return [
    ['get', 200, await ask('/customer/1')],
    ['get of a key that was seen', 200, await ask('/customer/1')],
    ['no key', 401, await fetch(foyer.url + customer(), { headers: { origin } })],
    ['a wrong key', 401, await ask('/customer/1', { headers: { authorization: 'x' } })],
    ['another client', 403, await fetch(foyer.url + customer(), { headers: { origin, authorization: other.key } })],
    ['a missing scope', 403, await ask('/customer/1', {}, narrow)],
    ['no customer', 404, await ask('/customer/99')],
    ['no path', 404, await ask('/nothing')],
    ['a wrong method', 405, await ask('/customer/1', { method: 'DELETE' })],
    ['a bad body', 400, await ask('/customer', { method: 'POST', headers: json, body: '{' })],
    ['a broken rule', 422, await ask('/customer', { method: 'POST', headers: json, body: '{}' })],
    ['an export', 200, await ask('/export/customers', { method: 'POST' })],
    ['the document', 200, await fetch(`${foyer.url}/openapi.json`, { headers: { origin } })],
  ];
}

test('a listed origin reads every answer, refusals too, with all headers, and without credentials', async () => {
  for (const origin of corsOrigins) {
    for (const [what, status, response] of await answersTo(origin)) {
      await response.arrayBuffer();
      assert.equal(response.status, status, what);
      assert.equal(response.headers.get('access-control-allow-origin'), origin, what);
      assert.match(response.headers.get('access-control-expose-headers') ?? '', /\bETag\b.*\bX-Request-Id\b/, what);
      assert.equal(response.headers.get('access-control-allow-credentials'), null, what);
    }
  }
});

test('an unlisted origin, and who is no page, are answered without a word on origins', async () => {
  const near = ['https://crm.example.evil.example', 'http://crm.example', 'https://crm.example:444', 'null', '*'];
  for (const origin of [OTHER, ...near]) {
    for (const [what, status, response] of await answersTo(origin)) {
      await response.arrayBuffer();
      assert.equal(response.status, status, what);
      assert.deepEqual(corsHeaders(response), [], `${what} to ${origin}`);
    }
  }
  assert.deepEqual(corsHeaders(await foyer.fetch(key, '/customer/1')), []);
});

test('a preflight of a listed origin is answered with 204: what it may send is what it asks to send', async () => {
  const wanted = 'authorization,content-type,idempotency-key,if-match';
  const response = await preflight(PAGE, customer(), { 'access-control-request-headers': wanted });
  assert.equal(response.status, 204);
  assert.equal(response.headers.get('access-control-allow-origin'), PAGE);
  assert.equal(response.headers.get('access-control-allow-methods'), 'GET, HEAD, POST, PUT, DELETE');
  assert.equal(response.headers.get('access-control-allow-headers'), wanted);
  assert.equal(response.headers.get('access-control-max-age'), '7200');
  assert.equal(response.headers.get('access-control-allow-credentials'), null);
  assert.match(response.headers.get('vary') ?? '', /Origin/);
  assert.equal(await response.text(), '');
});

test('OPTIONS is otherwise a method that no path has', async () => {
  const refused = async (response: Response, status: number, allow: string | null) => {
    assert.equal(response.status, status);
    assert.equal(response.headers.get('allow'), allow);
    assert.equal(response.headers.get('content-type'), 'application/problem+json');
    assert.equal((await response.json()).status, status);
  };
  await refused(await preflight(OTHER), 405, 'GET, HEAD, PUT');
  await refused(await preflight(OTHER, '/nothing'), 404, null);
  const bare = { method: 'OPTIONS', body: 'x', headers: { origin: PAGE, 'content-type': 'application/odd' } };
  await refused(await fetch(foyer.url + customer(), bare), 405, 'GET, HEAD, PUT');
  await using closed = await startFoyer();
  const { client } = await closed.client();
  const path = `${closed.url}/v1/${client}/peppered/customer/1`;
  const asked = { origin: PAGE, 'access-control-request-method': 'PUT' };
  const response = await fetch(path, { method: 'OPTIONS', headers: asked });
  assert.deepEqual(corsHeaders(response), []);
  await refused(response, 405, 'GET, HEAD, PUT');
});

test('every header that an answer may have can be read', async () => {
  const document = await (await fetch(`${foyer.url}/openapi.json`)).json();
  const response = await foyer.fetch(key, '/customer/1', { headers: { origin: PAGE } });
  const exposed = (response.headers.get('access-control-expose-headers') ?? '').split(', ');
  type Answers = Record<string, { headers?: object }>;
  const operations = Object.values<Record<string, { responses?: Answers }>>(document.paths).flatMap(Object.values);
  const answers = [document.components.responses, ...operations.map(({ responses = {} }) => responses)];
  const named = new Set(
    answers.flatMap((by: Answers) => Object.values(by).flatMap(({ headers = {} }) => Object.keys(headers))),
  );
  assert(named.size > 5);
  assert.deepEqual(
    [...named].filter((name) => !exposed.includes(name)),
    [],
  );
});

test('the session of a staff member is for pages of the service itself, whoever is listed', async () => {
  const browser = await signedInByLink(foyer, key.client, 'admin');
  for (const path of ['/v1/session', customer()]) {
    const response = await browser.fetch(path, { headers: { origin: PAGE, 'sec-fetch-site': 'cross-site' } });
    assert.equal(response.status, 403, path);
    assert.match((await response.json()).type, /wrong-origin$/);
    assert.equal(response.headers.get('access-control-allow-credentials'), null);
  }
  const put = await browser.fetch(customer(), {
    method: 'PUT',
    headers: { origin: PAGE, 'sec-fetch-site': 'cross-site', 'foyer-csrf-token': browser.session.csrfToken ?? '' },
    body: new URLSearchParams({ customerCity: 'Evil' }),
  });
  assert.equal(put.status, 403);
  assert.equal((await foyer.sdk(key).customers.get({ customerId: 1 })).customerCity, '');
});
