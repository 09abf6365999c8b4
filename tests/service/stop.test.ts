import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { suite, test } from 'node:test';
import type { Customer } from '../../sdk/src/index.ts';
import { makeCustomers } from '../harness/customers.ts';
import { makeInstallation, type TestInstallation } from '../harness/installation.ts';
import { type FoyerProcess, spawnFoyer } from '../harness/process.ts';
import { dial, readAnswer, requestText } from '../harness/raw.ts';

/** More than the sockets and buffers in between hold, so that the service is still writing when it is told to stop. */
const RECORDS = 6000;
const ATTEMPTS = 10;
const LONG = 'a'.repeat(255);

/** Tells the service to stop, and waits until it has noticed. */
async function terminate(foyer: FoyerProcess): Promise<void> {
  foyer.child.kill('SIGTERM');
  await foyer.logged(({ msg }) => msg === 'stopping');
}

async function assertRefused(url: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await assert.rejects(once(socket, 'connect'), { code: 'ECONNREFUSED' });
}

async function assertStopped(foyer: FoyerProcess): Promise<void> {
  assert.deepEqual(await foyer.exited, { code: 0, signal: null });
  await foyer.logged(({ msg }) => msg === 'stopped');
}

/** A service with an unfinished request; returns the connection. */
async function hang(foyer: FoyerProcess, key: string): Promise<Socket> {
  const socket = await idleConnection(foyer);
  const head = ['POST /v1/theatre/peppered/customer HTTP/1.1', `Authorization: ${key}`];
  socket.write(requestText([...head, 'Content-Type: application/json', 'Content-Length: 100'], '{"email":'));
  // Once another connection has its answer, the service has read the first one too.
  (await idleConnection(foyer)).destroy();
  return socket;
}

/** Checks that a service stops sooner than one that was told to stop earlier but has to cut a request off. */
async function assertStopsByItself(foyer: FoyerProcess, stop: () => Promise<void>): Promise<void> {
  await using installation = await makeInstallation();
  await using hung = await spawnFoyer(installation);
  await hang(hung, installation.key.key);
  await terminate(hung);
  await stop();
  const first = await Promise.race([foyer.exited.then(() => 'this one'), hung.exited.then(() => 'the hung one')]);
  assert.equal(first, 'this one', 'it waited until connections were cut');
  await assertStopped(foyer);
}

async function fill({ key, withStore }: TestInstallation): Promise<void> {
  const people = Array.from({ length: RECORDS }, (_, index) => ({
    email: `v${index}@x.nl`,
    customerFirstName: LONG,
    customerLastName: LONG,
    customerPreposition: LONG,
    customerAddress: LONG,
    customerCity: LONG,
    customerCountry: LONG,
  }));
  await withStore((store) => makeCustomers(store, key.clientId, people));
}

/** A connection that is kept alive, after a request on it was answered. */
async function idleConnection(foyer: FoyerProcess) {
  const socket = await dial(foyer.url);
  socket.write('GET /health/live HTTP/1.1\r\nHost: foyer.test\r\n\r\n');
  await once(socket, 'data');
  return socket;
}

/**
 * Stops a service while a write waits for another's lock, which is then released; checks what is stored, and returns
 * the status of the answer.
 */
async function answerOfWaiting(): Promise<number> {
  await using installation = await makeInstallation();
  await using foyer = await spawnFoyer(installation);
  await foyer.sdk.customers.create({ email: 'a@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' });
  const socket = await idleConnection(foyer);
  const head = ['PUT /v1/theatre/peppered/customer/1 HTTP/1.1', `Authorization: ${installation.key.key}`];
  const body = '{"customerCity":"Zwolle"}';
  const other = await installation.hold();
  socket.write(requestText([...head, 'Content-Type: application/json', `Content-Length: ${body.length}`], body));
  // From now on: it may come before the other's lock is known to be released.
  const coming = readAnswer(socket);
  (await idleConnection(foyer)).destroy();
  await terminate(foyer);
  await other[Symbol.asyncDispose]();
  const answer = await coming;
  await assertStopped(foyer);
  const [stored] = await installation.rows('select city from customer');
  if (answer.status === 503) assert.notEqual(stored?.city, 'Zwolle');
  else {
    assert.equal(answer.status, 200);
    assert.equal(JSON.parse(answer.body).customerCity, 'Zwolle');
    assert.equal(stored?.city, 'Zwolle');
  }
  return answer.status;
}

suite('told to stop, the service', { concurrency: true }, () => {
  test('finishes an export to a slow reader, takes no new connection, and ends with 0', async () => {
    await using installation = await makeInstallation();
    await fill(installation);
    await using foyer = await spawnFoyer(installation);
    const response = await foyer.fetch('/export/customers', {
      method: 'POST',
      // Compressed, all of it would be sent at once.
      headers: { accept: 'application/x-ndjson', 'accept-encoding': 'identity' },
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    assert(reader !== undefined);
    let text = (await reader.read()).value ?? '';
    await assertStopsByItself(foyer, async () => {
      await terminate(foyer);
      await assertRefused(foyer.url);
      assert(!foyer.lines.some((line) => line.includes('"route"')), 'the export is still in flight');
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) text += piece.value;
    });
    const records = text
      .trimEnd()
      .split('\n')
      .map((line): Customer => JSON.parse(line));
    assert.deepEqual(
      records.map(({ customerId }) => customerId),
      Array.from({ length: RECORDS }, (_, index) => index + 1),
    );
  });

  test('answers a write that waits for the database', async () => {
    // On a busy machine the wait may end before the service has noticed that it should stop.
    for (let attempt = 1; (await answerOfWaiting()) === 503; attempt += 1) {
      assert(attempt < ATTEMPTS, 'the write was refused each time');
    }
  });

  test('does not wait for a connection that is idle', async () => {
    await using installation = await makeInstallation();
    await using foyer = await spawnFoyer(installation);
    await idleConnection(foyer);
    await assertStopsByItself(foyer, () => terminate(foyer));
  });

  test('behind a proxy, answers what comes on a connection that was idle, and says that it is the last', async () => {
    await using installation = await makeInstallation();
    for (let attempt = 1; ; attempt += 1) {
      await using foyer = await spawnFoyer(installation, { TRUST_PROXY: '1' });
      const [used, unused] = [await idleConnection(foyer), await idleConnection(foyer)];
      const closed = once(unused, 'close');
      await terminate(foyer);
      await assertRefused(foyer.url);
      used.write('GET /health/live HTTP/1.1\r\nHost: foyer.test\r\n\r\n');
      const answer = await readAnswer(used).catch(() => undefined);
      // One that stays idle is closed in the end.
      unused.resume();
      await closed;
      await assertStopped(foyer);
      if (answer !== undefined) {
        assert.deepEqual([answer.status, answer.headers.get('connection')], [200, 'close']);
        return;
      }
      assert(attempt < ATTEMPTS, 'it was closed each time');
    }
  });

  test('goes on for as long as STOP_DELAY says, and says that it is no longer ready', async () => {
    await using installation = await makeInstallation();
    for (let attempt = 1; ; attempt += 1) {
      await using foyer = await spawnFoyer(installation, { STOP_DELAY: '2' });
      await terminate(foyer);
      const look = (path: string) =>
        fetch(foyer.url + path).then(
          ({ status }) => status,
          () => undefined,
        );
      const seen = [await look('/health/ready'), await look('/health/live'), await look('/openapi.json')];
      await assertStopped(foyer);
      if (!seen.includes(undefined)) return assert.deepEqual(seen, [503, 200, 200]);
      assert(attempt < ATTEMPTS, 'it had stopped each time');
    }
  });

  test('cuts a request that does not come to an end', async () => {
    await using installation = await makeInstallation();
    await using foyer = await spawnFoyer(installation);
    const closed = once(await hang(foyer, installation.key.key), 'close');
    await terminate(foyer);
    await closed;
    await assertStopped(foyer);
  });

  test('lets another that was started on the same database go on', async () => {
    await using installation = await makeInstallation();
    await using first = await spawnFoyer(installation);
    await using second = await spawnFoyer(installation);
    const person = { customerFirstName: 'Jan', customerLastName: 'Pas' };
    const made = await first.sdk.customers.create({ ...person, email: 'a@x.nl' });
    assert.deepEqual(await second.sdk.customers.get({ customerId: 1 }), made);
    const emails = Array.from({ length: 40 }, (_, index) => `v${index}@x.nl`);
    const both = await Promise.all(
      emails.map((email, index) => [first, second][index % 2]?.sdk.customers.create({ ...person, email })),
    );
    const ids = both.map((customer) => customer?.customerId ?? 0).sort((a, b) => a - b);
    assert.deepEqual(
      ids,
      emails.map((_, index) => index + 2),
    );
    await terminate(first);
    await assertStopped(first);
    await second.sdk.customers.update({ customerId: 1, customerCity: 'Zwolle' });
    await terminate(second);
    await assertStopped(second);
  });
});
