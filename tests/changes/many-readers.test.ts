import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { dial, requestText } from '../harness/raw.ts';

const READERS = 600;
/** As many as a key may have. */
const READERS_OF_A_KEY = 100;
const person = { email: 'jan@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' };

/** A reader of the events of a client; `hear` is called for each change. */
async function listen({ url }: TestFoyer, { client, key }: TestKey, hear: () => void): Promise<Socket> {
  const socket = await dial(url);
  const head = [`GET /v1/${client}/peppered/change?after=now HTTP/1.1`, `Authorization: ${key}`];
  socket.write(requestText([...head, 'Accept: text/event-stream']));
  await once(socket, 'data');
  socket.on('data', (bytes: Buffer) => {
    if (bytes.includes('data: ')) hear();
  });
  return socket;
}

test('the readers of one client do not all come before the reader of another', async () => {
  await using foyer = await startFoyer();
  const [crowd, other] = [await foyer.client(), await foyer.client()];
  const heard = Promise.withResolvers<number>();
  const all = Promise.withResolvers<void>();
  let told = 0;
  const sockets: Socket[] = [];
  let key = crowd;
  for (let reader = 0; reader < READERS; reader += 1) {
    if (reader % READERS_OF_A_KEY === 0) key = await foyer.key(crowd);
    const socket = await listen(foyer, key, () => {
      told += 1;
      if (told === READERS) all.resolve();
    });
    sockets.push(socket);
  }
  sockets.push(await listen(foyer, other, () => heard.resolve(told)));
  await Promise.all([crowd, other].map((key) => foyer.sdk(key).customers.create(person)));
  assert((await heard.promise) < READERS);
  await all.promise;
  for (const socket of sockets) socket.destroy();
});
