/** `foyer serve --demo`, as a process. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Customer, createFoyer } from '../sdk/src/index.ts';
import { engineName, makeDatabase, type TestDatabase } from './harness/database.ts';
import { childEnvironment } from './harness/environment.ts';

const main = fileURLToPath(new URL('../server/src/main.ts', import.meta.url));

/** Starts it on a database; resolves with what it prints once it serves. */
async function serveDemo(database: TestDatabase) {
  const env = childEnvironment({ ...database.environment, PORT: '0', LOG_LEVEL: 'silent' });
  const child = spawn(process.execPath, [main, 'serve', '--demo'], { env });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    printed += text;
  });
  const closed = once(child, 'close');
  // What is printed last in both greetings.
  while (!/customer\/1\n|makes a key\.\n/.test(printed)) {
    await Promise.race([
      once(child.stdout, 'data'),
      closed.then(([code]) => assert.fail(`It ended with ${code}: ${printed}`)),
    ]);
  }
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0] ?? assert.fail(printed);
  return {
    printed,
    url,
    async stop(): Promise<void> {
      child.kill('SIGTERM');
      assert.deepEqual(await closed, [0, null]);
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

const keyIn = (text: string) => /API key\s+(foyer_1_\S+)/.exec(text)?.[1];
const allOf = (baseUrl: string, key: string): Promise<Customer[]> =>
  Array.fromAsync(createFoyer({ baseUrl, client: 'demo', key }).exports.customers());
const withoutTimes = (customers: readonly Customer[]) =>
  customers.map((customer) => ({ ...customer, lastChanged: '' }));

test('on an empty database it makes a key that works and 200 customers, the same ones each time, and only once', async () => {
  const runs: Customer[][] = [];
  for (let run = 0; run < 2; run += 1) {
    await using database = await makeDatabase(engineName, false);
    await using first = await serveDemo(database);
    const key = keyIn(first.printed) ?? assert.fail(first.printed);
    const customers = await allOf(first.url, key);
    runs.push(customers);
    assert.deepEqual(
      customers.map(({ customerId }) => customerId).sort((a, b) => a - b),
      Array.from({ length: 200 }, (_, at) => at + 1),
    );
    await first.stop();

    await using second = await serveDemo(database);
    assert.equal(keyIn(second.printed), undefined, 'a key is shown once');
    assert.deepEqual(await allOf(second.url, key), customers);
    await second.stop();
  }
  const [one = [], other = []] = runs;
  assert.deepEqual(withoutTimes(one), withoutTimes(other));
});

test('the line to paste works as it stands', async () => {
  await using database = await makeDatabase(engineName, false);
  await using service = await serveDemo(database);
  const [, key = ''] = /^ *export KEY=(\S+)$/m.exec(service.printed) ?? [];
  const [, url] = /^ *curl -H "Authorization: \$KEY" (\S+)$/m.exec(service.printed) ?? [];
  const response = await fetch(url ?? assert.fail(service.printed), { headers: { authorization: key } });
  assert.equal(response.status, 200);
  assert.equal((await response.json()).customerId, 1);
});
