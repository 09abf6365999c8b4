/** The feed of changes, and the history of a customer. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { revoke } from '../../server/src/features/keys/writes.ts';
import { openEvents, takeEvents } from '../harness/events.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const person = (number: number) => ({ email: `c${number}@x.nl`, customerFirstName: 'Jan', customerLastName: 'Pas' });

/** A client with a number of customers, made one after another. */
async function clientWith(count: number): Promise<TestKey> {
  const key = await foyer.client();
  for (let number = 1; number <= count; number += 1) await foyer.sdk(key).customers.create(person(number));
  return key;
}

const ask = async (key: TestKey, query = '', headers = {}) => {
  const response = await foyer.fetch(key, `/change${query}`, { headers });
  return { status: response.status, body: await response.json() };
};

const numbers = (changes: readonly { number: number }[]): number[] => changes.map(({ number }) => number);

test('a change says what was done, when, by whom, and how the customer stands now', async () => {
  const key = await clientWith(1);
  const { customers, clientTypes, changes } = foyer.sdk(key);
  await customers.update({ customerId: 1, customerCity: 'Zwolle', customerZip: '8011' });
  await clientTypes.set({ customerId: 1, clienttypes: ['friend'] });
  await customers.update({ customerId: 1, customerCity: 'Zwolle' });
  const customer = await customers.get({ customerId: 1 });
  const { changes: all, cursor, more } = await changes.list();
  const by = { key: String(key.keyId), staff: null, label: 'test' };
  assert.deepEqual(
    all.map(({ at, ...rest }) => {
      assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
      return rest;
    }),
    [
      { kind: 'created', fields: ['email', 'customerFirstName', 'customerLastName'] },
      { kind: 'updated', fields: ['customerZip', 'customerCity'] },
      { kind: 'clienttypes', fields: ['customerTags'] },
    ].map((one, index) => ({ number: index + 1, ...one, customerId: 1, by, customer })),
  );
  assert.deepEqual([cursor, more], ['3', false]);
});

test('pages go on from the cursor of the one before, and from the number of any change', async () => {
  const key = await clientWith(5);
  const { changes } = foyer.sdk(key);
  const first = await changes.list({ limit: 2 });
  assert.deepEqual([numbers(first.changes), first.cursor, first.more], [[1, 2], '2', true]);
  const second = await changes.list({ limit: 2, after: first.cursor });
  assert.deepEqual([numbers(second.changes), second.more], [[3, 4], true]);
  const last = await changes.list({ limit: 2, after: second.cursor });
  assert.deepEqual([numbers(last.changes), last.more], [[5], false]);
  const none = await changes.list({ after: last.cursor });
  assert.deepEqual(none, { changes: [], cursor: '5', more: false });
  assert.deepEqual(await changes.list({ after: 'now' }), none);
});

test('a page of more changes than are read at one go is whole', async () => {
  const key = await foyer.client();
  const { customers, changes } = foyer.sdk(key);
  await Promise.all(Array.from({ length: 250 }, (_, at) => customers.create(person(at))));
  const { changes: all, more } = await changes.list({ limit: 240 });
  assert.deepEqual([numbers(all), more], [Array.from({ length: 240 }, (_, at) => at + 1), true]);
});

test('compact tells each customer once, at its last change', async () => {
  const key = await clientWith(4);
  const { customers, changes } = foyer.sdk(key);
  await customers.update({ customerId: 2, customerCity: 'Zwolle' });
  await customers.update({ customerId: 1, customerCity: 'Zwolle' });
  await customers.update({ customerId: 2, customerZip: '8011' });
  const all = await changes.list({ compact: true });
  assert.deepEqual(
    all.changes.map(({ number, customerId, fields }) => [number, customerId, fields.length]),
    [
      [3, 3, 3],
      [4, 4, 3],
      [6, 1, 1],
      [7, 2, 1],
    ],
  );
  const first = await changes.list({ compact: true, limit: 3 });
  assert.deepEqual([first.cursor, first.more], ['6', true]);
  assert.deepEqual(numbers((await changes.list({ compact: true, after: first.cursor })).changes), [7]);
});

test('a caller that waits is answered as soon as there is a change, or in vain when its time is over', async () => {
  const key = await clientWith(1);
  const { customers, changes } = foyer.sdk(key);
  const asked = once(foyer.app.server.server, 'request');
  const waiting = changes.list({ after: '1', wait: 30 });
  await asked;
  await customers.update({ customerId: 1, customerCity: 'Zwolle' });
  assert.deepEqual(numbers((await waiting).changes), [2]);
  assert.deepEqual(await changes.list({ after: '2', wait: 1 }), { changes: [], cursor: '2', more: false });
});

test('a caller whose key is revoked while it waits is not told', async () => {
  const key = await clientWith(1);
  const short = await foyer.key(key);
  const waiting = ask(short, '?after=1&wait=30');
  await sleep(2100);
  await revoke(foyer.app.store, key.clientId, short.keyId);
  await foyer.sdk(key).customers.update({ customerId: 1, customerCity: 'Zwolle' });
  assert.equal((await waiting).status, 401);
});

test('a cursor ahead of all changes, as after a restore, is gone; one that is none is refused', async () => {
  const key = await clientWith(1);
  const { status, body } = await ask(key, '?after=2');
  assert.equal(status, 410);
  assert.match(body.message, /Export all customers/);
  for (const after of ['-1', 'x', '1.5', '%00']) assert.equal((await ask(key, `?after=${after}`)).status, 422, after);
  assert.equal((await ask(key, '?limit=1001')).status, 422);
  assert.equal((await ask(key, '?wait=31')).status, 422);
});

test('events carry the cursor as their id, and Last-Event-ID goes on from it', async () => {
  const key = await clientWith(2);
  const { customers } = foyer.sdk(key);
  const first = await takeEvents(await openEvents(foyer, key, ''), 2);
  assert.deepEqual(
    first.map(({ id, data }) => [id, JSON.parse(data).customerId]),
    [
      ['1', 1],
      ['2', 2],
    ],
  );
  const opened = await openEvents(foyer, key, '?after=1', { 'last-event-id': '2' });
  await customers.update({ customerId: 1, customerCity: 'Zwolle' });
  const [event] = await takeEvents(opened, 1);
  assert.equal(event?.id, '3');
  const listed = await foyer.sdk(key).changes.list({ after: '2' });
  assert.deepEqual(JSON.parse(event?.data ?? ''), listed.changes[0]);
  assert.equal((await ask(key, '', { accept: 'text/event-stream', 'last-event-id': '9' })).status, 410);
});

test('many readers of events are told the same', async () => {
  const key = await clientWith(1);
  const opened = await Promise.all(Array.from({ length: 40 }, () => openEvents(foyer, key, '?after=now')));
  for (const customerCity of ['a', 'b', 'c']) await foyer.sdk(key).customers.update({ customerId: 1, customerCity });
  for (const events of await Promise.all(opened.map((response) => takeEvents(response, 3))))
    assert.deepEqual(
      events.map(({ id }) => id),
      ['2', '3', '4'],
    );
});

test('the history of a customer has the old and the new values, the last change first', async () => {
  const key = await clientWith(2);
  const { customers, clientTypes, changes } = foyer.sdk(key);
  await customers.update({ customerId: 1, customerCity: 'Zwolle' });
  await customers.update({ customerId: 2, customerCity: 'Zwolle' });
  await customers.update({ customerId: 1, customerCity: 'Deventer', customerCredit: 2.5 });
  await clientTypes.set({ customerId: 1, clienttypes: ['friend'] });
  const page = await (await foyer.fetch(key, '/customer/1/history?limit=3')).json();
  assert.deepEqual(
    page.changes.map(({ number, kind, changed }: Record<string, unknown>) => [number, kind, changed]),
    [
      [6, 'clienttypes', { customerTags: { before: [], after: ['friend'] } }],
      [
        5,
        'updated',
        { customerCity: { before: 'Zwolle', after: 'Deventer' }, customerCredit: { before: '0.00', after: '2.50' } },
      ],
      [3, 'updated', { customerCity: { before: null, after: 'Zwolle' } }],
    ],
  );
  assert.deepEqual(page.changes[0].by, { key: String(key.keyId), staff: null, label: 'test' });
  assert.deepEqual([page.nextCursor, page.count, page.countIsExact], ['3', 4, true]);
  const all = await Array.fromAsync(changes.history({ customerId: 1, limit: 1 }));
  assert.deepEqual(numbers(all), [6, 5, 3, 1]);
  assert.equal((await foyer.fetch(key, '/customer/3/history')).status, 404);
});

test('the service stops though somebody waits and somebody reads events', async () => {
  const other = await startFoyer();
  const key = await other.client();
  const asked = once(other.app.server.server, 'request');
  const waiting = other.sdk(key).changes.list({ after: 'now', wait: 30 });
  await asked;
  const opened = await openEvents(other, key, '?after=now');
  await other[Symbol.asyncDispose]();
  // Connections that were cut because their time was over would show as errors.
  assert.deepEqual((await waiting).changes, []);
  assert.deepEqual(await takeEvents(opened, 1), []);
});
