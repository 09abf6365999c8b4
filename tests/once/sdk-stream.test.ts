/** The export of the SDK: one record at a time, and the connection closes when the reader leaves. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createFoyer, FoyerError } from '../../sdk/src/index.ts';

async function serve(answer: (response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => answer(response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    foyer: createFoyer({ baseUrl, client: 'demo', key: 'KEY', retries: 0 }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const record = (customerId: number) => `${JSON.stringify({ customerId, customerCity: 'x'.repeat(1000) })}\n`;
const ndjson = { 'content-type': 'application/x-ndjson' };

test('a record is given as soon as it is there, before the server has sent the next', async () => {
  let response: ServerResponse | undefined;
  await using server = await serve((opened) => {
    response = opened.writeHead(200, ndjson);
    response.write(record(1));
  });
  const seen: number[] = [];
  for await (const { customerId } of server.foyer.exports.customers()) {
    seen.push(customerId);
    if (customerId === 5) response?.end();
    // The next one is sent only now, in two pieces: if records were held back, this would wait forever.
    else response?.write(record(customerId + 1).slice(0, 9), () => response?.write(record(customerId + 1).slice(9)));
  }
  assert.deepEqual(seen, [1, 2, 3, 4, 5]);
});

test('an endless stream waits for its reader, and breaking out of the loop closes the connection', async () => {
  let sent = 0;
  const closed = Promise.withResolvers<void>();
  await using server = await serve((response) => {
    response.writeHead(200, ndjson);
    response.on('close', () => closed.resolve());
    const pour = (): unknown => {
      if (response.destroyed) return undefined;
      sent += 1;
      return response.write(record(sent)) ? setImmediate(pour) : response.once('drain', pour);
    };
    pour();
  });
  let read = 0;
  for await (const { customerId } of server.foyer.exports.customers()) {
    read += 1;
    assert.equal(customerId, read);
    // A slow reader; the buffers of the system hold some megabytes, not the whole of it.
    if (read % 10 === 0) await new Promise(setImmediate);
    if (read === 2000) break;
  }
  await closed.promise;
  assert(sent < 50_000, `${sent} records were sent for the 2000 that were read`);
});

test('an error thrown in the loop closes the connection too, and stays what it is', async () => {
  const closed = Promise.withResolvers<void>();
  await using server = await serve((response) => {
    response.on('close', () => closed.resolve());
    response.writeHead(200, ndjson).write(record(1));
  });
  const loop = async () => {
    for await (const _ of server.foyer.exports.customers()) throw new TypeError('mine');
  };
  await assert.rejects(loop(), { name: 'TypeError', message: 'mine' });
  await closed.promise;
});

test('a stream that is cut throws `network`, after the records that came whole', async () => {
  for (const rest of ['', '{"customerId":3,"custo']) {
    await using server = await serve((response) => {
      response.writeHead(200, ndjson);
      response.write(record(1) + record(2) + rest, () => response.destroy());
    });
    const seen: number[] = [];
    const loop = async () => {
      for await (const { customerId } of server.foyer.exports.customers()) seen.push(customerId);
    };
    await assert.rejects(loop(), (error) => error instanceof FoyerError && error.code === 'network');
    assert.deepEqual(
      seen.filter((id) => id > 2),
      [],
    );
  }
});

test('`signal` ends a stream', async () => {
  const controller = new AbortController();
  await using server = await serve((response) => response.writeHead(200, ndjson).write(record(1)));
  const loop = async () => {
    for await (const _ of server.foyer.exports.customers({}, { signal: controller.signal })) controller.abort();
  };
  await assert.rejects(loop(), (error) => error instanceof FoyerError && error.code === 'aborted');
});

test('`timeout` holds only until a stream begins', async () => {
  // Long enough to begin, however busy the machine is.
  const timeout = 3000;
  await using server = await serve((response) => {
    response.writeHead(200, ndjson).write(record(1));
    setTimeout(() => response.end(record(2)), timeout + 200);
  });
  const all = await Array.fromAsync(server.foyer.exports.customers({}, { timeout }));
  assert.deepEqual(
    all.map(({ customerId }) => customerId),
    [1, 2],
  );
});

test('characters that are cut between two pieces come whole, and the last line needs no end', async () => {
  await using server = await serve((response) => {
    response.writeHead(200, ndjson);
    const bytes = Buffer.from('{"customerCity":"\u{1F3AD}é"}\n{"customerCity":"last"}');
    const write = (at: number): unknown =>
      at === bytes.length ? response.end() : response.write(bytes.subarray(at, at + 1), () => write(at + 1));
    write(0);
  });
  const cities = (await Array.fromAsync(server.foyer.exports.customers())).map(({ customerCity }) => customerCity);
  assert.deepEqual(cities, ['\u{1F3AD}é', 'last']);
});
