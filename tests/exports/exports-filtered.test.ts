/**
 * `POST /export/customers` with the filters of the list: it has the customers of the list, in the order of the last
 * change.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Customer, CustomerInput, Foyer } from '../../sdk/src/index.ts';
import { makeCustomers } from '../harness/customers.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { untilIndexed } from '../harness/search-index.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

type Filters = NonNullable<Parameters<Foyer['exports']['customers']>[0]>;

const visitors: readonly Partial<CustomerInput>[] = [
  { customerLastName: 'Berg', customerPreposition: 'van den', customerCity: 'Den Haag', customerCredit: '25.50' },
  { customerFirstName: 'Anna', customerLastName: 'Berg', customerZip: '2512AB', customerPhone: '0612345678' },
  { customerFirstName: 'Zoë', customerLastName: 'Çelik', customerCity: 'den haag', customerCredit: '-3.00' },
  { customerLastName: 'Celik', customerCity: 'Zwolle', customerZip: '8011XA', customerCredit: '10.00' },
  { customerLastName: 'Vermeer', customerCity: 'Zwolle', email: 'bram@münchen.example' },
  { customerLastName: 'Bergsma', customerCity: 'Zwolle', customerExternalId: 'AB-12/3', customerPhone: '+31201234567' },
];

/** A client with the visitors, numbered from 1. */
async function setUp() {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  for (const [at, visitor] of visitors.entries()) {
    await sdk.customers.create({
      email: `c${at + 1}@x.example`,
      customerFirstName: 'Jan',
      customerLastName: 'Bos',
      ...visitor,
    });
  }
  await sdk.clientTypes.set({ customerId: 2, clienttypes: ['Friend', 'vip'] });
  await sdk.clientTypes.set({ customerId: 4, clienttypes: ['friend'] });
  return { key, sdk };
}

const idsOf = (customers: readonly Customer[]): number[] => customers.map(({ customerId }) => customerId);
const listed = async ({ customers }: Foyer, filters: Filters, sort?: 'customerId') =>
  idsOf(await Array.fromAsync(customers.list({ ...filters, ...(sort && { sort }) }))).toSorted((a, b) => a - b);
const exported = async ({ exports }: Foyer, filters: Filters) =>
  idsOf(await Array.fromAsync(exports.customers(filters)));

async function ask(key: TestKey, { body, query = '', type = 'application/json', accept = '*/*' }: Asked) {
  return foyer.fetch(key, `/export/customers${query}`, {
    method: 'POST',
    headers: { accept, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body }),
  });
}
interface Asked {
  readonly body?: string;
  readonly query?: string;
  readonly type?: string;
  readonly accept?: string;
}

/** The expected result of each is known, so that neither the list nor the export has to be trusted. */
const cases: readonly (readonly [Filters, readonly number[]])[] = [
  [{ search: 'berg' }, [1, 2, 6]],
  [{ search: 'celk' }, [3, 4]],
  [{ search: 'bram@xn--mnchen-3ya.example' }, [5]],
  [{ search: '0201234567' }, [6]],
  [{ search: 'ab123' }, [6]],
  [{ search: '3' }, [3, 6]],
  [{ search: 'nobody at all' }, []],
  [{ clienttype: ['FRIEND'] }, [2, 4]],
  [{ clienttype: ['friend', 'vip'] }, [2]],
  [{ clienttype: ['nobody'] }, []],
  [{ city: 'Den Haag' }, [1, 3]],
  [{ zip: '80' }, [4]],
  [{ hasPhone: true }, [2, 6]],
  [{ hasPhone: false }, [1, 3, 4, 5]],
  [{ creditMin: '10.00' }, [1, 4]],
  [{ creditMin: '0' }, [1, 2, 4, 5, 6]],
  [{ creditMin: '-3' }, [1, 2, 3, 4, 5, 6]],
  [{ createdSince: '2020-01-01' }, [1, 2, 3, 4, 5, 6]],
  [{ createdSince: '2999-01-01' }, []],
  [{ changedSince: '2999-01-01', city: 'Zwolle' }, []],
  [{ changedSince: '2020-01-01', city: 'Zwolle' }, [4, 5, 6]],
  [{ search: 'berg', city: 'zwolle', hasPhone: true }, [6]],
  [{ search: '', clienttype: [], city: '', zip: '' }, [1, 2, 3, 4, 5, 6]],
  [{ creditMin: '' }, [1, 2, 3, 4, 5, 6]],
];

test('each filter gives whom the list gives, in any order of the list, the last change last', async () => {
  const { sdk } = await setUp();
  // 2 and 4 got their client-types after all were made.
  const byChange = [1, 3, 5, 6, 2, 4];
  for (const [filters, expected] of cases) {
    const name = JSON.stringify(filters);
    assert.deepEqual(await listed(sdk, filters), expected, `list ${name}`);
    assert.deepEqual(await listed(sdk, filters, 'customerId'), expected, `list by number ${name}`);
    const inOrder = byChange.filter((id) => expected.includes(id));
    assert.deepEqual(await exported(sdk, filters), inOrder, `export ${name}`);
  }
});

test('filters stand in the query, in JSON or in a form, and every form of the export has them', async () => {
  const { key, sdk } = await setUp();
  const form = 'application/x-www-form-urlencoded';
  for (const asked of [
    { query: '?city=Zwolle&hasPhone=1' },
    { body: '{"city": "Zwolle", "hasPhone": true}' },
    { body: '{"city": "Zwolle"}', query: '?hasPhone=true&city=Gent' },
    { body: 'city=Zwolle&hasPhone=true', type: form },
    { query: '?zip=&city=Zwolle&creditMin=&hasPhone=true' },
    { body: 'clienttype[]=&city=Zwolle&hasPhone=1', type: form },
  ]) {
    const response = await ask(key, asked);
    assert.equal(response.status, 200, JSON.stringify(asked));
    assert.deepEqual(idsOf(await response.json()), [6], JSON.stringify(asked));
  }
  assert.deepEqual(idsOf(await (await ask(key, { query: '?clienttype=friend&clienttype=vip' })).json()), [2]);
  assert.deepEqual(idsOf(await (await ask(key, { body: '{"clienttype": ["friend"]}' })).json()), [2, 4]);

  const query = '?city=Zwolle';
  const csv = await (await ask(key, { query, accept: 'text/csv' })).text();
  assert.deepEqual(
    csv
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => Number(line.split(',')[0])),
    [5, 6, 4],
  );
  const lines = await (await ask(key, { query, accept: 'application/x-ndjson' })).text();
  assert.deepEqual(
    lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).customerId),
    [5, 6, 4],
  );
  const nobody = await (await ask(key, { query: '?city=Gent' })).json();
  assert.deepEqual(nobody, []);
  assert.deepEqual(await exported(sdk, { city: 'Gent' }), []);
});

test('a filter that cannot be, or that there is not, is refused, and all are told at once', async () => {
  const { key } = await setUp();
  const long = 'x+'.repeat(17);
  for (const [asked, expected] of [
    [{ query: '?citty=Zwolle' }, 'citty unknown'],
    [{ query: '?limit=10' }, 'limit unknown'],
    [{ query: `?search=${long}` }, 'search max'],
    [{ query: `?hasPhone=maybe&search=${long}&zip=12345678901` }, 'search max, zip max, hasPhone type'],
    [{ body: '{"creditMin": "1,5", "createdSince": "soon"}' }, 'createdSince date, creditMin decimal'],
    [{ body: '{"clienttype": "friend"}' }, 'clienttype array'],
  ] as const) {
    const response = await ask(key, asked);
    assert.equal(response.status, 422, JSON.stringify(asked));
    const { violations } = await response.json();
    const told = violations.map(({ field, code }: { field: string; code: string }) => `${field} ${code}`).join(', ');
    assert.equal(told, expected);
  }
});

const person = { customerFirstName: 'A', customerLastName: 'B' };
/** More than sockets hold, so that the service waits for its reader. */
const long = 'x'.repeat(255);
const lengthy = { customerAddress: long, customerCountry: long, customerPreposition: long, customerFirstName: long };

async function clientOf(count: number, customerOf: (id: number) => Partial<CustomerInput>) {
  const key = await foyer.client();
  const ids = Array.from({ length: count }, (_, at) => at + 1);
  const customers = ids.map((id) => ({ ...person, email: `c${id}@x.nl`, ...customerOf(id) }));
  await makeCustomers(foyer.app.store, key.clientId, customers as never);
  // PostgreSQL would do so by itself within a minute; until then it plans for a table of few rows.
  await foyer.database.rows('analyze');
  await untilIndexed(foyer.database);
  return { sdk: foyer.sdk(key), ids };
}

test('over many pages everybody is met, and who changes meanwhile as he fits then, behind all others', async () => {
  // More than are found at a time match the first filter, fewer the second.
  const isNear = (id: number) => id > 2000 && id % 12 !== 0;
  const { sdk, ids } = await clientOf(10_500, (id) => ({ ...lengthy, customerCity: isNear(id) ? 'Zwolle' : 'Gent' }));
  assert.deepEqual(await exported(sdk, { hasPhone: false }), ids);
  const last = 10_500;
  const met: number[] = [];
  for await (const { customerId, customerCity, customerFirstName } of sdk.exports.customers({ city: 'Zwolle' })) {
    if (met.length === 0) {
      await sdk.customers.update({ customerId: last - 1, customerFirstName: 'C' });
      await sdk.customers.update({ customerId: last - 2, customerFirstName: 'C' });
      await sdk.customers.update({ customerId: last - 3, customerCity: 'Gent' });
      await sdk.customers.update({ customerId: last, customerCity: 'Zwolle' });
    }
    assert.equal(customerCity, 'Zwolle');
    const hasChanged = customerId === last - 1 || customerId === last - 2;
    assert.equal(customerFirstName, hasChanged ? 'C' : long);
    met.push(customerId);
  }
  const stayed = ids.filter((id) => isNear(id) && id < last - 3);
  assert.deepEqual(met, [...stayed, last - 1, last - 2, last]);
});

test('whoever polls with filters misses nobody who fits, however many write meanwhile', async () => {
  const { sdk } = await clientOf(300, () => ({}));
  const seen = new Map<number, string>();
  let writers = 4;
  const write = async (writer: number): Promise<void> => {
    for (let at = 0; at < 25; at += 1) {
      const customerId = 1 + ((at * 7 + writer * 75) % 300);
      await sdk.customers.update({ customerId, customerCity: 'Zwolle', customerHouseNr: `${writer}-${at}` });
    }
    writers -= 1;
  };
  const writing = Promise.all([0, 1, 2, 3].map(write));
  let changedSince = '2000-01-01';
  for (let isOver = false; ; ) {
    for await (const customer of sdk.exports.customers({ changedSince, city: 'Zwolle' })) {
      seen.set(customer.customerId, customer.customerHouseNr);
      changedSince = customer.lastChanged;
    }
    if (isOver) break;
    isOver = writers === 0;
  }
  await writing;
  const now = await Array.fromAsync(sdk.customers.list({ city: 'Zwolle', limit: 200 }));
  assert.deepEqual(
    [...seen].sort(([a], [b]) => a - b),
    now.map(({ customerId, customerHouseNr }) => [customerId, customerHouseNr] as const).sort(([a], [b]) => a - b),
  );
});
