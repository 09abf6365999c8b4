/** Walks the endpoints above the clients: who may call them, from where, and with which method. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Endpoint } from '../../sdk/src/contract/endpoint.ts';
import { pathOf } from '../../sdk/src/contract/index.ts';
import { type ProblemCode, problems } from '../../sdk/src/contract/problems.ts';
import { type Browser, openBrowser, signedInByLink } from '../harness/browser.ts';
import { aboveEndpoints } from '../harness/endpoints.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

let foyer: TestFoyer;
let key: TestKey;
before(async () => {
  foyer = await startFoyer();
  key = await foyer.client();
});
after(() => foyer[Symbol.asyncDispose]());

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Calls an endpoint with its example, as a page of the console would unless the headers say otherwise. */
function call(browser: Browser, endpoint: Endpoint, headers: Record<string, string> = {}): Promise<Response> {
  const { method, body } = endpoint;
  return browser.fetch(pathOf(endpoint), {
    method,
    headers: { 'foyer-csrf-token': browser.session.csrfToken ?? '', 'content-type': 'application/json', ...headers },
    ...(body ? { body: JSON.stringify(body.example) } : {}),
  });
}

async function assertProblem(response: Response, code: ProblemCode, about: string): Promise<void> {
  assert.equal(response.status, problems[code].status, about);
  assert.equal(response.headers.get('content-type'), 'application/problem+json', about);
  assert.match((await response.json()).type, new RegExp(`/${code}$`), about);
}

for (const { name, endpoint } of aboveEndpoints) {
  const writes = endpoint.method !== 'GET';

  describe(name, () => {
    test('is not for keys', async () => {
      const answer = await call(openBrowser(foyer.url), endpoint, { authorization: key.key });
      if (endpoint.scope === 'signed-in') await assertProblem(answer, 'unauthorized', 'a key');
      assert.deepEqual(answer.headers.getSetCookie(), []);
    });

    test('answers 405 to every other method, and Allow names those of the path', async () => {
      const own = aboveEndpoints.filter((one) => one.endpoint.path === endpoint.path).map((one) => one.endpoint.method);
      const has = own.includes('GET') ? [...own, 'HEAD'] : own;
      for (const method of methods.filter((other) => !(has as string[]).includes(other))) {
        const response = await openBrowser(foyer.url).fetch(pathOf(endpoint), { method });
        assert.deepEqual(response.headers.get('allow')?.split(', ').sort(), [...has].sort(), method);
        await assertProblem(response, 'method-not-allowed', method);
      }
    });

    if (endpoint.scope === 'signed-in') {
      test('answers 401 to who is not signed in, in a way that no browser asks a password for', async () => {
        for (const cookie of ['', 'foyer_session=', 'foyer_session=x', `foyer_session=${'A'.repeat(43)}`, 'other=1']) {
          const response = await call(openBrowser(foyer.url), endpoint, { cookie });
          assert.equal(response.headers.get('www-authenticate'), 'Session realm="foyer"', cookie);
          await assertProblem(response, 'unauthorized', cookie);
        }
      });
    }

    test('is refused to a page of another site, and leaves the session as it is', async () => {
      const browser = await signedInByLink(foyer, key.client, 'viewer');
      for (const site of ['cross-site', 'same-site', 'nonsense']) {
        const response = await call(browser, endpoint, { 'sec-fetch-site': site });
        await assertProblem(response, 'wrong-origin', site);
      }
      if (writes) {
        const { host } = new URL(foyer.url);
        for (const origin of ['', 'null', 'https://evil.example', `https://${host}.evil.example`, 'nonsense']) {
          const response = await call(browser, endpoint, { 'sec-fetch-site': '', origin });
          await assertProblem(response, 'wrong-origin', origin);
        }
        const typed = await call(browser, endpoint, { 'sec-fetch-site': 'none' });
        await assertProblem(typed, 'wrong-origin', 'an address that was typed');
      }
      await browser.session.get();
    });

    if (endpoint.scope === 'signed-in' && writes) {
      test('needs the token of this session', async () => {
        const [browser, other] = [
          await signedInByLink(foyer, key.client, 'viewer'),
          await signedInByLink(foyer, key.client, 'viewer'),
        ];
        for (const token of ['', 'x', other.session.csrfToken ?? assert.fail()]) {
          const response = await call(browser, endpoint, { 'foyer-csrf-token': token });
          await assertProblem(response, 'csrf-token', token);
        }
        const good = await call(browser, endpoint);
        assert.equal(good.status, endpoint.success.status);
      });
    }
  });
}
