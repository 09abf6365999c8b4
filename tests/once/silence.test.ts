/**
 * Callers that go silent in the middle: each is disconnected when its time is over. The times are long, so they run in
 * parallel.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { suite, test } from 'node:test';
import { startFoyer, type TestKey } from '../harness/foyer.ts';
import { assertProblem, dial, readAnswer, requestText } from '../harness/raw.ts';

/** A request that creates a customer, with a truncated body. */
const cutShort = ({ client, key }: TestKey): string =>
  requestText(
    [
      `POST /v1/${client}/peppered/customer HTTP/1.1`,
      `Authorization: ${key}`,
      'Content-Type: application/json',
      'Content-Length: 100',
    ],
    '{"email":',
  );

suite('the service cuts off', { concurrency: true }, () => {
  test('a request that is left half-sent, and lives on', async () => {
    await using foyer = await startFoyer();
    const key = await foyer.client();
    const inHead = await dial(foyer.url);
    inHead.write(`POST /v1/${key.client}/peppered/customer HTTP/1.1\r\nHost: foyer.test\r\nAuthor`);
    const gone = await dial(foyer.url);
    gone.write(cutShort(key));
    gone.destroy();
    assertProblem(await readAnswer(inHead), 408);
    assert.deepEqual(await Array.fromAsync(foyer.sdk(key).exports.customers()), [], 'nothing was stored');
  });

  test('a caller that was answered so, and neither reads nor hangs up', async () => {
    await using foyer = await startFoyer();
    const { server } = foyer.app.server;
    // Half a minute less to wait for.
    server.requestTimeout = 500;
    const key = await foyer.client();
    const arrived = once(server, 'connection');
    const silent = await dial(foyer.url);
    silent.pause();
    silent.write(cutShort(key));
    const [socket] = await arrived;
    await once(socket, 'close');
    silent.destroy();
  });

  test('a reader of events that takes nothing', async () => {
    await using foyer = await startFoyer();
    const key = await foyer.client();
    const { customers, clientTypes } = foyer.sdk(key);
    const { customerId } = await customers.create({
      email: 'a@x.nl',
      customerFirstName: 'Jan',
      customerLastName: 'Pas',
    });
    const arrived = once(foyer.app.server.server, 'connection');
    const socket = await dial(foyer.url);
    const [served] = await arrived;
    socket.write(
      requestText([
        `GET /v1/${key.client}/peppered/change HTTP/1.1`,
        `Authorization: ${key.key}`,
        'Accept: text/event-stream',
      ]),
    );
    await once(socket, 'data');
    socket.pause();
    // Large enough to fill the system's own buffers soon.
    const clienttypes = Array.from({ length: 250 }, (_, at) => `${at} ${'x'.repeat(200)}`);
    await clientTypes.set({ customerId, clienttypes });
    for (let at = 0; at < 300; at += 1) await customers.update({ customerId, customerCity: `${at}` });
    if (!served.closed) await once(served, 'close');
    socket.destroy();
  });
});
