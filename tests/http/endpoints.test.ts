/** Walks the endpoint table: who may call, and with which method. A new endpoint is covered the day it is added. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Endpoint, Scope } from '../../sdk/src/contract/endpoint.ts';
import { BASE_PATH, endpoints } from '../../sdk/src/contract/index.ts';
import { PROBLEM_TYPE_BASE, type ProblemCode, problems } from '../../sdk/src/contract/problems.ts';
import { revoke } from '../../server/src/features/keys/writes.ts';
import { clientEndpoints } from '../harness/endpoints.ts';
import { allScopes, startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

let foyer: TestFoyer;
let documented: Record<string, Record<string, { responses: object }>>;
before(async () => {
  foyer = await startFoyer();
  documented = (await (await fetch(`${foyer.url}/openapi.json`)).json()).paths;
});
after(() => foyer[Symbol.asyncDispose]());

const all = clientEndpoints;
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const challenge = 'Basic realm="foyer", charset="UTF-8"';

const pathOf = ({ path, params = {} }: Endpoint, param?: string) =>
  path.replaceAll(/\{(\w+)\}/g, (_, name) => {
    const field = params[name];
    return param ?? (field?.kind === 'text' ? encodeURIComponent(String(field.example)) : '1');
  });
const json = { 'content-type': 'application/json' };

/**
 * A client in which the example of every endpoint succeeds: it has the customer of the examples with client-types,
 * except where the example creates it.
 */
async function seeded({ success, path }: Endpoint): Promise<TestKey> {
  const key = await foyer.client();
  const { customers, clientTypes, webhooks, imports } = foyer.sdk(key);
  if (success.status !== 201) {
    const { customerId } = await customers.create(endpoints.customers.create.body.example);
    await clientTypes.set({ customerId, ...endpoints.clientTypes.set.body.example });
    await webhooks.create(endpoints.webhooks.create.body.example);
    if (path.includes('{importId}'))
      await imports.create({ file: endpoints.imports.create.upload.example.text, dryRun: true });
  }
  return key;
}

/** The example body of an endpoint, with its content type. */
function bodyOf({ body, upload }: Endpoint): { type?: Record<string, string>; body?: string } {
  if (upload !== undefined) return { type: { 'content-type': upload.example.type }, body: upload.example.text };
  return body === undefined ? {} : { type: json, body: JSON.stringify(body.example) };
}

/** Calls an endpoint with its example; the status of the answer must be in the OpenAPI document. */
async function call(endpoint: Endpoint, key: TestKey, headers: Record<string, string | undefined> = {}) {
  const path = `${foyer.url}${BASE_PATH.replace('{client}', key.client)}${pathOf(endpoint)}`;
  const { type, ...body } = bodyOf(endpoint);
  const sent = { ...type, authorization: key.key, ...headers };
  const response = await fetch(path, {
    method: endpoint.method,
    headers: Object.entries(sent).filter((header): header is [string, string] => header[1] !== undefined),
    ...body,
  });
  assertDocumented(endpoint, response);
  return response;
}

function assertDocumented({ path, method }: Endpoint, { status }: Response) {
  const operation = documented[path]?.[method.toLowerCase()];
  assert(Object.hasOwn(operation?.responses ?? {}, status), `${method} ${path}: ${status} is not documented`);
}

async function assertProblem(response: Response, code: ProblemCode): Promise<void> {
  const { status, title } = problems[code];
  assert.equal(response.status, status);
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  assert.match(response.headers.get('x-request-id') ?? '', /./);
  const { message, ...rest } = await response.json();
  assert.deepEqual(rest, { type: `${PROBLEM_TYPE_BASE}${code}`, title, status });
  assert.match(message, /\S/);
}

for (const { name, endpoint } of all) {
  describe(name, () => {
    test('takes its key raw, as Basic user name and as Bearer', async () => {
      for (const spell of [
        (key: string) => key,
        (key: string) => `Basic ${btoa(`${key}:`)}`,
        (key: string) => `Basic ${btoa(`${key}:any password: ☎`.replace('☎', '\xe9'))}`,
        (key: string) => `Bearer ${key}`,
        (key: string) => `bearer ${key}`,
      ]) {
        const key = await seeded(endpoint);
        const response = await call(endpoint, key, { authorization: spell(key.key) });
        assert.equal(response.status, endpoint.success.status, spell('KEY'));
        const { shape } = endpoint.success;
        const type = shape.kind === 'file' ? shape.type : 'application/json; charset=utf-8';
        assert.equal(response.headers.get('content-type'), response.status === 204 ? null : type);
        await response.body?.cancel();
      }
    });

    test('answers 401 without a good key', async () => {
      const key = await seeded(endpoint);
      const { key: good } = key;
      const revoked = await foyer.key(key);
      await revoke(foyer.app.store, key.clientId, revoked.keyId);
      const expired = await foyer.key(key, { expiresAt: Date.now() - 1 });
      const unknown = `${good.slice(0, -4)}${good.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
      for (const authorization of [
        undefined,
        '',
        unknown,
        'x',
        good.toUpperCase(),
        `${good} `.repeat(2),
        'Bearer',
        'Basic',
        `Bearer ${unknown}`,
        `Bearer ${good} ${good}`,
        `Digest ${good}`,
        'Basic !!!!',
        `Basic ${good}`,
        `Basic ${btoa(`:${good}`)}`,
        revoked.key,
        `Bearer ${revoked.key}`,
        expired.key,
        `Basic ${btoa(`${expired.key}:`)}`,
      ]) {
        const response = await call(endpoint, key, { authorization });
        assert.equal(response.headers.get('www-authenticate'), challenge, authorization ?? 'no key');
        await assertProblem(response, 'unauthorized');
      }
    });

    test('answers 403 to the key of another client, whether the client of the path exists or not', async () => {
      const [key, other] = [await seeded(endpoint), await foyer.client()];
      const bodies = await Promise.all(
        [key.client, 'nobody', '__proto__', 'x'.repeat(200)].map(async (client) => {
          const response = await call(endpoint, { ...other, client });
          assert.equal(response.status, 403, client);
          const text = await response.clone().text();
          await assertProblem(response, 'wrong-client');
          return text;
        }),
      );
      assert.equal(new Set(bodies).size, 1, 'the bodies tell nobody which clients exist');
    });

    test('answers 403 to a key that has every scope but its own', async () => {
      const key = await seeded(endpoint);
      const scopes = allScopes.filter((scope) => scope !== endpoint.scope);
      await assertProblem(await call(endpoint, await foyer.key(key, { scopes })), 'missing-scope');
      const only = await foyer.key(key, { scopes: [endpoint.scope as Scope] });
      const response = await call(endpoint, only);
      assert.equal(response.status, endpoint.success.status, 'its own scope is enough');
      await response.body?.cancel();
    });

    test('answers 405 to every other method, and Allow names those of the path', async () => {
      const key = await seeded(endpoint);
      const own = all.filter((other) => other.endpoint.path === endpoint.path).map((other) => other.endpoint.method);
      const has = own.includes('GET') ? [...own, 'HEAD'] : own;
      for (const method of methods.filter((other) => !(has as string[]).includes(other))) {
        const response = await foyer.fetch(key, pathOf(endpoint), { method });
        assert.deepEqual(response.headers.get('allow')?.split(', ').sort(), [...has].sort(), method);
        await assertProblem(response, 'method-not-allowed');
      }
    });

    if (endpoint.params === undefined) return;
    test('answers 404 to a number that is none, or of nobody', async () => {
      const key = await seeded(endpoint);
      for (const id of ['2', '0', '-1', '1.5', '1e0', 'abc', '0x1', '%201', '1%00', '9'.repeat(30), '__proto__']) {
        const response = await foyer.fetch(key, pathOf(endpoint, id), {
          method: endpoint.method,
          ...(endpoint.body ? { headers: json, body: JSON.stringify(endpoint.body.example) } : {}),
        });
        assertDocumented(endpoint, response);
        await assertProblem(response, 'not-found');
      }
    });
  });
}

test('a path that is none is a 404, also next to those that are', async () => {
  const key = await foyer.client();
  for (const path of ['', '/', '/customers', '/customer//', '/customer/1//', '/customer/1/tags', '/Customer']) {
    for (const method of methods) await assertProblem(await foyer.fetch(key, path, { method }), 'not-found');
  }
  const unreadable = await foyer.fetch(key, '/customer/%');
  assert.equal(unreadable.status, 404);
  assert.equal(unreadable.headers.get('content-type'), 'application/problem+json');
});
