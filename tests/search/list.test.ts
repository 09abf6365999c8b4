/** `GET /customer`: filters, orders, pages and counts, and invalid queries. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CustomerInput } from '../../sdk/src/index.ts';
import { updateClient } from '../../server/src/features/clients/writes.ts';
import { secondAfter } from '../harness/clock.ts';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';
import { whenAvailable } from '../harness/search-index.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

type Line = readonly [name: string, rest?: Partial<CustomerInput>];

/** A client with these customers, `First preposition Last`, numbered from 1. */
async function setUp(lines: readonly Line[], options: { nameOrder?: 'nl' | 'be' } = {}) {
  const key = await foyer.client(options);
  const sdk = foyer.sdk(key);
  for (const [index, [name, rest]] of lines.entries()) {
    const words = name.split(' ');
    await sdk.customers.create({
      email: `c${index + 1}@x.example`,
      customerFirstName: words[0] ?? '',
      customerPreposition: words.slice(1, -1).join(' '),
      customerLastName: words.at(-1) ?? '',
      ...rest,
    });
  }
  const { customers } = sdk;
  return {
    ...sdk,
    key,
    /** The numbers of all hits of a query, page after page. */
    async ids(query: Parameters<typeof customers.list>[0]): Promise<number[]> {
      return (await Array.fromAsync(customers.list(query))).map(({ customerId }) => customerId);
    },
    /** The answer to a raw query. */
    async get(query: string) {
      const response = await foyer.fetch(key, `/customer?${query}`);
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
  };
}

const visitors: readonly Line[] = [
  ['Jan van den Berg', { customerCity: 'Den Haag', customerZip: '2511 AA', customerCredit: '25.50' }],
  ['Anna van den Berg', { customerCity: "'s-Gravenhage", customerZip: '2512AB', customerPhone: '0612345678' }],
  ['Zoë Çelik', { customerCity: 'den haag', customerZip: '8011 MC', customerCredit: '-3.00' }],
  [
    'Eva Celik',
    { customerCity: 'Zwolle', customerZip: '8011XA', customerPhone: '+31201234567', customerCredit: '10.00' },
  ],
  ['Bram Vermeer', { customerCity: 'Zwolle' }],
];

test('without a query all customers come by name: prepositions and accents do not count, first names do', async () => {
  const { ids, customers } = await setUp(visitors);
  assert.deepEqual(await ids({}), [2, 1, 4, 3, 5]);
  assert.deepEqual(await ids({ limit: 2 }), [2, 1, 4, 3, 5]);
  const page = await customers.search('');
  assert.deepEqual([page.count, page.countIsExact, page.nextCursor], [5, true, null]);
});

test('with the name order of Belgium the preposition counts', async () => {
  const { ids } = await setUp(visitors, { nameOrder: 'be' });
  assert.deepEqual(await ids({}), [4, 3, 2, 1, 5]);
});

test('another order of names holds at once, for customers that changed a moment before too', async () => {
  const { ids, customers, key } = await setUp(visitors);
  await ids({ search: 'vermeer' });
  const aalst = {
    email: 'c6@x.example',
    customerFirstName: 'A',
    customerPreposition: 'van',
    customerLastName: 'Aalst',
  };
  await customers.create(aalst);
  assert.deepEqual(await ids({}), [6, 2, 1, 4, 3, 5]);
  await updateClient(foyer.app.store, key.client, { nameOrder: 'be' });
  await untilMadeFor(key.clientId, 'be');
  assert.deepEqual(await whenAvailable(() => ids({})), [4, 3, 6, 2, 1, 5]);
});

async function untilMadeFor(clientId: number, nameOrder: string): Promise<void> {
  const made = `select 1 as n from search_index
    where client_id = ${clientId} and name_order = '${nameOrder}' and made_to is null`;
  while ((await foyer.database.indexRows(made)).length === 0) await sleep(20);
}

test('same names come by number', async () => {
  const { ids } = await setUp([['Jan Bos'], ['Jan Bos'], ['Jan Bos']]);
  assert.deepEqual(await ids({ limit: 1 }), [1, 2, 3]);
});

test('each filter keeps those that fit, and several those that fit all', async () => {
  const { ids, customers, clientTypes } = await setUp(visitors);
  await clientTypes.set({ customerId: 2, clienttypes: ['Friend', 'vip'] });
  await clientTypes.set({ customerId: 4, clienttypes: ['friend'] });
  const by = (query: Parameters<typeof customers.list>[0]) => ids({ sort: 'customerId', ...query });
  assert.deepEqual(await by({ city: 'Den Haag' }), [1, 3]);
  assert.deepEqual(await by({ city: 'DENHAAG' }), [1, 3]);
  assert.deepEqual(await by({ city: 'Den' }), []);
  assert.deepEqual(await by({ zip: '80' }), [3, 4]);
  assert.deepEqual(await by({ zip: '8011 m' }), [3]);
  assert.deepEqual(await by({ clienttype: ['FRIEND'] }), [2, 4]);
  assert.deepEqual(await by({ clienttype: ['friend', 'vip'] }), [2]);
  assert.deepEqual(await by({ clienttype: ['nobody'] }), []);
  assert.deepEqual(await by({ hasPhone: true }), [2, 4]);
  assert.deepEqual(await by({ hasPhone: false }), [1, 3, 5]);
  assert.deepEqual(await by({ creditMin: '10.00' }), [1, 4]);
  assert.deepEqual(await by({ creditMin: '10.01' }), [1]);
  assert.deepEqual(await by({ creditMin: '0' }), [1, 2, 4, 5]);
  assert.deepEqual(await by({ creditMin: '-3' }), [1, 2, 3, 4, 5]);
  assert.deepEqual(await by({ hasPhone: true, city: 'Zwolle' }), [4]);
  assert.deepEqual(await by({ hasPhone: false, creditMin: '0', search: 'z' }), [5]);
  assert.deepEqual(await by({ search: 'berg', hasPhone: true, clienttype: ['vip'], zip: '25' }), [2]);
});

test('changedSince and createdSince take a date or a time, and its + as the blank that it becomes', async () => {
  const { ids, customers, get } = await setUp([['Jan Bos'], ['Eva Bos']]);
  await secondAfter((await customers.get({ customerId: 2 })).lastChanged);
  const { lastChanged } = await customers.update({ customerId: 1, customerCity: 'Gouda' });
  assert.deepEqual(await ids({ changedSince: lastChanged }), [1]);
  assert.deepEqual(await ids({ createdSince: lastChanged }), []);
  await customers.create({ email: 'c3@x.example', customerFirstName: 'Piet', customerLastName: 'Aal' });
  assert.deepEqual(await ids({ createdSince: lastChanged }), [3]);
  assert.deepEqual(await ids({ createdSince: '2020-01-01', sort: 'customerId' }), [1, 2, 3]);
  const { status, body } = await get(`changedSince=${lastChanged}&sort=-lastChanged`);
  assert.equal(status, 200);
  assert.deepEqual(
    body.customers.map((customer: { customerId: number }) => customer.customerId),
    [3, 1],
  );
});

test('-lastChanged begins with the last change', async () => {
  const { ids, customers } = await setUp([['Jan Bos'], ['Eva Bos'], ['Piet Bos']]);
  await customers.update({ customerId: 2, customerCity: 'Gouda' });
  assert.deepEqual(await ids({ sort: '-lastChanged', limit: 1 }), [2, 3, 1]);
});

test('a search that is ordered otherwise, or paged one by one, gives the same customers', async () => {
  const { ids } = await setUp(visitors);
  const best = await ids({ search: 'be' });
  assert.deepEqual(best.toSorted(), [1, 2]);
  assert.deepEqual(await ids({ search: 'be', limit: 1 }), best);
  assert.deepEqual(await ids({ search: 'be', sort: 'name' }), [2, 1]);
  assert.deepEqual(await ids({ search: 'cleik', limit: 1 }), [4, 3], 'with a typing error, page after page');
});

test('what a write changes, the next search knows', async () => {
  const { customers, ids } = await setUp(visitors);
  assert.deepEqual(await ids({ search: 'vermeer' }), [5]);
  await customers.update({ customerId: 5, customerLastName: 'Rembrandt', customerCity: '' });
  assert.deepEqual(await ids({ search: 'vermeer' }), []);
  assert.deepEqual(await ids({ search: 'remb' }), [5]);
  assert.deepEqual(await ids({ city: 'Zwolle' }), [4]);
  await customers.create({ email: 'new@x.example', customerFirstName: 'Remba', customerLastName: 'Bos' });
  assert.deepEqual(await ids({ search: 'remb' }), [5, 6]);
});

test('every wrong parameter is named, in the order of the list', async () => {
  const { get } = await setUp([]);
  const query =
    'cursor=x&limit=0&sort=best&creditMin=1,5&hasPhone=maybe&createdSince=soon&changedSince=2026-13-01&city=a%00';
  const { status, body } = await get(query);
  assert.equal(status, 422);
  assert.deepEqual(
    body.violations.map(({ field, code }: { field: string; code: string }) => `${field} ${code}`),
    [
      'city type',
      'changedSince date',
      'createdSince date',
      'hasPhone type',
      'creditMin decimal',
      'sort unknown',
      'limit numeric',
    ],
  );
  for (const [wrong, expected] of [
    ['limit=201', 'limit max'],
    ['limit=1e2', 'limit numeric'],
    ['limit=-1', 'limit numeric'],
    ['cursor=x', 'cursor unknown'],
    [`search=${'x'.repeat(256)}`, 'search max'],
    [`search=${'x+'.repeat(17)}`, 'search max'],
    ['search[a]=1', 'search type'],
    [`limit=0&search=${'x+'.repeat(17)}`, 'search max, limit numeric'],
  ]) {
    const { body: problem } = await get(wrong ?? '');
    assert.deepEqual(
      problem.violations.map(({ field, code }: { field: string; code: string }) => `${field} ${code}`).join(', '),
      expected,
    );
  }
  assert.equal((await get('search=%ff')).status, 400);
});

test('a cursor is good for its own filters and order only', async () => {
  const { customers, get } = await setUp(visitors);
  const { nextCursor } = await customers.search('', { limit: 1 });
  assert(nextCursor);
  assert.equal((await get(`cursor=${nextCursor}&limit=3`)).status, 200);
  for (const other of ['city=Zwolle', 'sort=customerId', 'search=x', 'hasPhone=true', 'clienttype=vip']) {
    const { status, body } = await get(`cursor=${nextCursor}&${other}`);
    assert.equal(status, 422, other);
    assert.deepEqual(body.violations[0].field, 'cursor');
  }
  const forged = Buffer.from('["x",false,1,"a"]').toString('base64url');
  assert.equal((await get(`cursor=${forged}`)).status, 422);
});

test('a parameter without a value says nothing', async () => {
  const { get } = await setUp(visitors);
  const { status, body } = await get('search=&city=&limit=');
  assert.equal(status, 200);
  assert.equal(body.count, 5);
});

test('every word of a long search counts, also the last', async () => {
  const { ids } = await setUp([['Jan Bos', { customerAddress: 'a b c d e f g h i j k l m n 1' }]]);
  assert.deepEqual(await ids({ search: 'jan bos a b c d e f g h i j k l m n' }), [1]);
  assert.deepEqual(await ids({ search: 'jan bos a b c d e f g h i j k l m q' }), []);
});

test('nasty texts find nobody, and break nothing', async () => {
  const { get } = await setUp(visitors);
  for (const text of [
    "' or 1=1 --",
    '%',
    '_',
    '\\',
    '"',
    '*',
    '(((',
    '\u{1f600}',
    'a'.repeat(255),
    '\ud7ff',
    '0'.repeat(200),
    '- -',
    '…',
    '¨@x',
    'a´@x',
    '´@´',
  ]) {
    const { status } = await get(`search=${encodeURIComponent(text)}`);
    assert.equal(status, 200, text);
  }
});
