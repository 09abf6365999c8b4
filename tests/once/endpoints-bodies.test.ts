/** Walks the endpoints that take a body: an unreadable one is refused, always with a documented problem. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Endpoint, isAboveScope } from '../../sdk/src/contract/endpoint.ts';
import { type ProblemCode, problems } from '../../sdk/src/contract/problems.ts';
import { type Browser, signedInByLink } from '../harness/browser.ts';
import { withoutTimes } from '../harness/clock.ts';
import { allEndpoints } from '../harness/endpoints.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

let foyer: TestFoyer;
let browser: Browser;
let documented: Record<string, Record<string, { responses: object }>>;
before(async () => {
  foyer = await startFoyer();
  browser = await signedInByLink(foyer, (await foyer.client()).client, 'viewer');
  documented = (await (await fetch(`${foyer.url}/openapi.json`)).json()).paths;
});
after(() => foyer[Symbol.asyncDispose]());

const withBody = allEndpoints.flatMap(({ name, endpoint }) =>
  endpoint.body === undefined ? [] : [{ name, endpoint, body: endpoint.body }],
);

const MIB = 1024 * 1024;

/** Sends a body to an endpoint: of a client that has the customer 1, or by a staff member who is signed in. */
async function send({ method, path, scope }: Endpoint, type: string | undefined, body: BodyInit): Promise<Response> {
  const key = await foyer.client();
  const init = {
    method,
    headers: type === undefined ? {} : { 'content-type': type },
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  };
  const response = isAboveScope(scope) ? await sendSignedIn(path, init) : await sendByKey(key, path, init);
  const { responses } = documented[path]?.[method.toLowerCase()] ?? { responses: {} };
  assert(Object.hasOwn(responses, response.status), `${method} ${path}: ${response.status} is not documented`);
  return response;
}

async function sendByKey(key: TestKey, path: string, init: RequestInit): Promise<Response> {
  await foyer.sdk(key).customers.create({ email: 'a@x.nl', customerFirstName: 'A', customerLastName: 'B' });
  return foyer.fetch(key, path.replaceAll(/\{\w+\}/g, '1'), init);
}

async function sendSignedIn(path: string, init: RequestInit): Promise<Response> {
  // Setting a password begins a new session.
  const { csrfToken } = await browser.session.get();
  const headers = { ...(init.headers as object), 'foyer-csrf-token': csrfToken };
  return browser.fetch(`/v1${path}`, { ...init, headers });
}

/** Was the body read? Its contents may still be refused. */
const wasRead = (status: number): boolean => status < 300 || [401, 404, 410, 422, 429].includes(status);

async function assertProblem(response: Response, code: ProblemCode, about: string): Promise<void> {
  assert.equal(response.status, problems[code].status, about);
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  const problem = await response.json();
  assert(problem.type.endsWith(`/${code}`));
  assert.deepEqual(Object.keys(problem), ['type', 'title', 'status', 'message']);
}

for (const { name, endpoint, body } of withBody) {
  const example = JSON.stringify(body.example);

  describe(name, () => {
    test('takes JSON and forms only: 415', async () => {
      for (const type of [
        undefined,
        'text/plain',
        'application/xml',
        'application/jsonp',
        'multipart/mixed; boundary=x',
        'application/json; charset=iso-8859-1',
        'nonsense',
      ]) {
        await assertProblem(await send(endpoint, type, example), 'unsupported-media-type', String(type));
      }
    });

    test('takes no body for no body, whatever type it is said to have', async () => {
      const [bare, typed] = [await send(endpoint, undefined, ''), await send(endpoint, 'text/plain', '')];
      assert.notEqual(typed.status, 415);
      assert.equal(typed.status, bare.status);
      assert.equal(withoutTimes(await typed.text()), withoutTimes(await bare.text()));
    });

    test('is not particular about how its content type is written', async () => {
      for (const type of ['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"', 'application/json;']) {
        const { status } = await send(endpoint, type, example);
        assert(wasRead(status), `${type}: ${status}`);
      }
    });

    test('refuses JSON that is malformed or no object: 400', async () => {
      for (const text of [
        '{',
        '{"a":1}x',
        "{'a':1}",
        '{"a":NaN}',
        '{"a":01}',
        'x',
        ' ',
        '[[]]',
        '[{}]',
        'null',
        '1',
        '"x"',
      ]) {
        await assertProblem(await send(endpoint, 'application/json', text), 'bad-request', text);
      }
    });

    test('refuses bytes that are not UTF-8: 400', async () => {
      for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe9], [0xf5, 0x80, 0x80, 0x80]]) {
        const [head, tail] = [new TextEncoder().encode('{"email":"'), new TextEncoder().encode('"}')];
        const text = Uint8Array.from([...head, ...bytes, ...tail]);
        await assertProblem(await send(endpoint, 'application/json', text), 'bad-request', String(bytes));
        const form = Uint8Array.from([...new TextEncoder().encode('email='), ...bytes]);
        const type = 'application/x-www-form-urlencoded';
        await assertProblem(await send(endpoint, type, form), 'bad-request', String(bytes));
        const escaped = `email=${bytes.map((byte) => `%${byte.toString(16)}`).join('')}`;
        await assertProblem(await send(endpoint, type, escaped), 'bad-request', escaped);
      }
    });

    test('takes a body of 1 MiB, and refuses a larger one: 413', async () => {
      const { status } = await send(endpoint, 'application/json', example.padEnd(MIB));
      assert(wasRead(status), String(status));
      await assertProblem(
        await send(endpoint, 'application/json', example.padEnd(MIB + 1)),
        'content-too-large',
        'of a length that is said',
      );
      const chunks = new Blob([example.padEnd(MIB + 1)]).stream();
      await assertProblem(await send(endpoint, 'application/json', chunks), 'content-too-large', 'in chunks');
    });

    test('never fails on JSON that is nested deep, or has many members', async () => {
      for (const text of [
        `{"email":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
        `{"email":1,"1":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
        `{"a":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
        `{${Array.from({ length: 50_000 }, (_, at) => `"${at}":0`).join(',')}}`,
      ]) {
        const { status } = await send(endpoint, 'application/json', text);
        assert(status < 500, `${status} to ${text.slice(0, 30)}`);
      }
    });
  });
}
