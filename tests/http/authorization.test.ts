/**
 * How a request carries its key: every spelling at the first request, and at the second, which takes the direct lane.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { assertProblem, requestText, sendRaw } from '../harness/raw.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

/** A client with a customer. */
async function theatre(): Promise<TestKey> {
  const key = await foyer.client();
  await foyer.sdk(key).customers.create({ email: 'a@x.nl', customerFirstName: 'A', customerLastName: 'B' });
  return foyer.key(key);
}

const get = ({ client }: TestKey, ...headers: string[]) =>
  sendRaw(foyer.url, requestText([`GET /v1/${client}/peppered/customer/1 HTTP/1.1`, ...headers]));

async function assertAnswers(key: TestKey, authorization: string, status: number): Promise<void> {
  for (const time of ['first', 'second']) {
    const answer = await get(key, `Authorization: ${authorization}`);
    assert.equal(answer.status, status, `the ${time} time: ${authorization.slice(0, 100)}`);
  }
}

const basic = (text: string) => `Basic ${btoa(text)}`;

test('a key is taken raw, as Bearer, and as Basic user name with any password', async () => {
  for (const spell of [
    (key: string) => key,
    (key: string) => `Bearer ${key}`,
    (key: string) => `BEARER   ${key}`,
    (key: string) => basic(`${key}:`),
    (key: string) => basic(`${key}:x`),
    (key: string) => basic(`${key}:with:colons: and spaces`),
    (key: string) => basic(`${key}:${'long'.repeat(1500)}`),
    (key: string) => `basic  ${btoa(`${key}:`).replace(/=+$/, '')}`,
  ]) {
    const key = await theatre();
    await assertAnswers(key, spell(key.key), 200);
  }
});

test('what is around a key, or junk within base64, makes it none, also beside a good one', async () => {
  const key = await theatre();
  await assertAnswers(key, key.key, 200);
  const encoded = btoa(`${key.key}:`);
  for (const authorization of [
    `${key.key}x`,
    `"${key.key}"`,
    `Bearer ${' '.repeat(200)}${key.key}`,
    `Bearer ${key.key} x`,
    basic(key.key),
    basic(` ${key.key}:`),
    basic(`:${key.key}`),
    `Basic !${encoded}`,
    `Basic ${encoded.slice(0, 10)}!${encoded.slice(10)}`,
    `Basic ${encoded.slice(0, 10)} ${encoded.slice(10)}`,
    `Basic ${encoded}====`,
    `Basic ${encoded}!`,
    `Basic ${encoded.replace(/^./, '\t$&')}`,
  ]) {
    await assertAnswers(key, authorization, 401);
  }
  await assertAnswers(key, key.key, 200);
});

test('two Authorization headers are a 400, whatever they hold', async () => {
  const [key, other] = [await theatre(), await theatre()];
  await assertAnswers(key, key.key, 200);
  for (const second of [key.key, other.key, 'x', '']) {
    assertProblem(await get(key, `Authorization: ${key.key}`, `authorization: ${second}`), 400);
    assertProblem(await get(key, `Authorization: ${second}`, `AUTHORIZATION: ${key.key}`), 400);
  }
});
