/**
 * A reader that waits for changes, by events or for the next page, takes a place: the places are limited for a key, and
 * in all.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signedInByLink } from '../harness/browser.ts';
import { openEvents } from '../harness/events.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { heldBytes } from '../harness/heap.ts';

const start = (readersOfKey: number, readers: number) =>
  startFoyer(undefined, { limits: { rate: 'off', readersOfKey, readers } });

const open = (foyer: TestFoyer, key: TestKey) => openEvents(foyer, key, '?after=now');

async function opened(foyer: TestFoyer, key: TestKey, count: number): Promise<Response[]> {
  const readers = await Promise.all(Array.from({ length: count }, () => open(foyer, key)));
  for (const { status } of readers) assert.equal(status, 200);
  return readers;
}

async function assertRefused(response: Response, status: number, code: string): Promise<void> {
  assert.equal(response.status, status);
  assert.match(response.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  assert.match((await response.json()).type, new RegExp(`/${code}$`));
}

/** Asks until a place is free. */
async function openSoon(foyer: TestFoyer, key: TestKey): Promise<Response> {
  for (;;) {
    const response = await open(foyer, key);
    if (response.status === 200) return response;
    await response.arrayBuffer();
  }
}

test('a key has so many readers and waiting callers together; one more is a 429, until one leaves', async () => {
  await using foyer = await start(5, 100);
  const key = await foyer.client();
  const other = await foyer.key(key);
  const readers = await opened(foyer, key, 4);
  const hangUp = new AbortController();
  const waiting = foyer.fetch(key, '/change?after=now&wait=30', { signal: hangUp.signal }).catch(() => undefined);
  for (;;) {
    const response = await foyer.fetch(key, '/change?after=now&wait=1');
    await response.arrayBuffer();
    if (response.status === 429) break;
  }
  await assertRefused(await open(foyer, key), 429, 'too-many-requests');
  await assertRefused(await foyer.fetch(key, '/change?after=now&wait=1'), 429, 'too-many-requests');
  assert.equal((await foyer.fetch(key, '/change')).status, 200, 'who does not wait needs no place');
  const head = await foyer.fetch(other, '/change', { method: 'HEAD', headers: { accept: 'text/event-stream' } });
  assert.equal(head.status, 200);
  await Promise.all((await opened(foyer, other, 5)).map((reader) => reader.body?.cancel()));

  hangUp.abort();
  await waiting;
  const next = await openSoon(foyer, key);
  await readers[0]?.body?.cancel();
  const last = await openSoon(foyer, key);
  await assertRefused(await open(foyer, key), 429, 'too-many-requests');
  for (const reader of [...readers.slice(1), next, last]) await reader.body?.cancel();
});

test('a process has so many in all, and says 503', async () => {
  await using foyer = await start(5, 8);
  const keys = [await foyer.client(), await foyer.client()] as const;
  const readers = [...(await opened(foyer, keys[0], 5)), ...(await opened(foyer, keys[1], 3))];
  await assertRefused(await open(foyer, keys[1]), 503, 'unavailable');
  await assertRefused(await foyer.fetch(keys[1], '/change?after=now&wait=1'), 503, 'unavailable');
  await assertRefused(await open(foyer, keys[0]), 429, 'too-many-requests');
  for (const reader of readers) await reader.body?.cancel();
  await (await openSoon(foyer, keys[1])).body?.cancel();
});

test('a staff member has as many as a key', async () => {
  await using foyer = await start(2, 100);
  const { client } = await foyer.client();
  const [one, two] = [await signedInByLink(foyer, client, 'viewer'), await signedInByLink(foyer, client, 'viewer')];
  const read = ({ fetch }: typeof one) =>
    fetch(`/v1/${client}/peppered/change?after=now`, { headers: { accept: 'text/event-stream' } });
  const readers = [await read(one), await read(one)];
  await assertRefused(await read(one), 429, 'too-many-requests');
  readers.push(await read(two));
  for (const reader of readers) {
    assert.equal(reader.status, 200);
    await reader.body?.cancel();
  }
});

test('thousands of attempts leave nothing behind', async () => {
  await using foyer = await start(50, 100);
  const key = await foyer.client();
  const readers = await opened(foyer, key, 50);
  const attempts = async (rounds: number) => {
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(
        Array.from({ length: 50 }, async () => {
          const response = await open(foyer, key);
          await response.arrayBuffer();
          assert.equal(response.status, 429);
        }),
      );
    }
  };
  await attempts(20);
  const before = heldBytes();
  await attempts(60);
  const grown = heldBytes() / before;
  assert(grown < 1.1, String(grown));
  for (const reader of readers) await reader.body?.cancel();
});
