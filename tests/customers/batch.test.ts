/** A batch of upserts, and many customers read at once. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { endpoints } from '../../sdk/src/contract/index.ts';
import { type Foyer, FoyerError } from '../../sdk/src/index.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { makeInstallation } from '../harness/installation.ts';
import { spawnFoyer } from '../harness/process.ts';
import { checkRecord } from '../harness/record.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

type Line = Awaited<ReturnType<ReturnType<Foyer['customers']['batch']>['next']>>['value'] & object;

const MOST = 1000;
const jan = { email: 'jan@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' };
const visitors = (count: number, prefix = 'c') =>
  Array.from({ length: count }, (_, at) => ({ ...jan, email: `${prefix}${at}@x.nl`, customerPhone: at }));

function send(key: TestKey, customers: unknown, accept = 'application/json'): Promise<Response> {
  return foyer.fetch(key, '/customer/batch', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ customers }),
  });
}

const batch = async (key: TestKey, customers: unknown): Promise<Line[]> => (await send(key, customers)).json();

const told = ({ status, outcome, violations }: Line) => [
  status,
  outcome ?? violations.map(({ field, code }) => `${field} ${code}`).join(', '),
];

test('lists may be as PHP makes them of an array with holes', async () => {
  const key = await foyer.client();
  const [line] = await batch(key, [{ ...jan, clienttypes: { 0: 'a', 2: 'b' } }]);
  assert.deepEqual(line?.customer?.customerTags, ['a', 'b']);
  const response = await foyer.fetch(key, '/customer/get', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ customerIds: { 0: 1, 3: 1 } }),
  });
  assert.equal(response.status, 200, await response.clone().text());
});

test('it answers with a line for each, in order, and a wrong one keeps no other from being stored', async () => {
  const key = await foyer.client();
  const { customers } = foyer.sdk(key);
  await customers.create({ ...jan, customerExternalId: 'a' });
  await customers.create({ ...jan, email: 'an@x.nl' });
  const sent = [
    { ...jan, email: 'new@x.nl', customerPhone: 31612345678, customerCredit: 25.5, clienttypes: ['vip'] },
    { customerExternalId: 'a', customerCity: 'Gent' },
    { email: 'AN@x.nl', customerFirstName: 'Jan' },
    { email: 'an@x.nl', customerExternalId: 'a' },
    { email: 'x', customerPhone: '06-1', customerCredit: 25.505 },
    'jan',
    null,
    [],
    { email: 'new@x.nl', customerCity: 'Delft' },
  ];
  const lines = await batch(key, sent);
  assert.deepEqual(lines.map(told), [
    [201, 'created'],
    [200, 'updated'],
    [200, 'updated'],
    [422, 'email taken, customerExternalId taken'],
    [
      422,
      'email email, customerFirstName required, customerLastName required, ' +
        'customerPhone numeric, customerCredit decimal',
    ],
    [422, 'customers.5 type'],
    [422, 'customers.6 type'],
    [422, 'customers.7 type'],
    [200, 'updated'],
  ]);
  const [made, moved] = lines;
  assert.deepEqual(Object.keys(made as Line), ['status', 'outcome', 'customer', 'violations', 'message']);
  assert.deepEqual([made?.customer?.customerCredit, made?.customer?.customerPhone], ['25.50', '31612345678']);
  assert.deepEqual([made?.customer?.customerTags, made?.message], [['vip'], null]);
  assert.deepEqual(await customers.get({ customerId: 1 }), moved?.customer);
  assert.deepEqual(
    lines[3]?.violations.map(({ customerId }) => customerId),
    [2, 1],
  );
  assert.match(lines[3]?.message ?? '', /\(and 1 more error\)$/);
  assert.equal((await customers.findByEmail({ email: 'new@x.nl' })).customerCity, 'Delft');
});

test('the lines come as JSON, or as NDJSON to who asks for it', async () => {
  const key = await foyer.client();
  const json = await send(key, visitors(300));
  assert.equal(json.headers.get('content-type'), 'application/json; charset=utf-8');
  const lines: Line[] = await json.json();
  const ndjson = await send(key, visitors(300), 'application/x-ndjson');
  assert.equal(ndjson.headers.get('content-type'), 'application/x-ndjson; charset=utf-8');
  const text = await ndjson.text();
  assert.deepEqual(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    lines.map((line) => ({ ...line, status: 200, outcome: 'unchanged' })),
  );
  const csv = await send(key, visitors(1), 'text/csv');
  assert.equal(csv.status, 406, 'it has no other form');
  await csv.body?.cancel();
});

test('up to 1,000 are taken; more, none and what is no list are refused', async () => {
  await using own = await startFoyer();
  const key = await own.client();
  const { customers } = own.sdk(key);
  const lines = await Array.fromAsync(customers.batch({ customers: visitors(MOST) }));
  assert.deepEqual(
    lines.map(({ customer }) => customer?.email),
    visitors(MOST).map(({ email }) => email),
  );
  assert(lines.every(({ status }) => status === 201));
  await checkRecord(own.database, key.keyId);
  for (const [sent, code] of [
    [visitors(MOST + 1), 'max'],
    [[], 'required'],
    [undefined, 'required'],
    [null, 'required'],
    [{ email: 'jan@x.nl' }, 'array'],
    ['jan@x.nl', 'array'],
  ] as const) {
    const response = await foyer.fetch(await foyer.client(), '/customer/batch', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customers: sent }),
    });
    assert.equal(response.status, 422);
    const { violations } = await response.json();
    if (typeof sent === 'string') continue;
    assert.deepEqual(
      violations.map((one: { field: string; code: string }) => [one.field, one.code]),
      [['customers', code]],
    );
  }
});

test('a whole export may be sent back; what cannot be written is named in the header, once', async () => {
  const key = await foyer.client();
  await batch(key, visitors(3));
  const records = await Array.fromAsync(foyer.sdk(key).exports.customers());
  const response = await send(key, records);
  assert.equal(
    response.headers.get('foyer-ignored-fields'),
    'customers.customerId,customers.lastChanged,customers.customerTags',
  );
  const lines: Line[] = await response.json();
  assert.deepEqual(
    lines.map(told),
    records.map(() => [200, 'unchanged']),
  );
  assert.deepEqual(
    lines.map(({ customer }) => customer),
    records,
  );
});

/** Few enough keys that the items of a batch interact. */
const item = fc.record(
  {
    email: fc.constantFrom('a@x.nl', 'A@x.nl', 'b@x.nl', 'c@x.nl', 'd@x.nl', 'bad'),
    customerExternalId: fc.constantFrom('1', '2', '3', ''),
    customerFirstName: fc.constantFrom('Jan', 'An', ''),
    customerLastName: fc.constantFrom('Pas', 'Bos'),
    customerCity: fc.constantFrom('Gent', 'Delft', null),
    clienttypes: fc.array(fc.constantFrom('vip', 'VIP', 'friend', 'donor'), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

/** The content of a line, with customers by address instead of number. */
const named = (line: Line, emailOf: (customerId: number | undefined) => string | undefined) => ({
  told: told(line),
  taken: line.violations.map(({ customerId }) => emailOf(customerId)),
  customer: line.customer && { ...line.customer, customerId: 0, lastChanged: '' },
});

test('a batch does and says what as many upserts one after another do and say', async () => {
  const check = fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 12 }), async (items) => {
    const [one, other] = [await foyer.client(), await foyer.client()];
    const results: Line[] = [];
    for (const sent of items) {
      const customer = await foyer
        .sdk(one)
        .customers.upsert(sent as typeof jan)
        .catch((error: FoyerError) => error);
      results.push(
        customer instanceof FoyerError
          ? { status: 422, outcome: null, customer: null, violations: [...customer.violations], message: null }
          : { status: customer.outcome === 'created' ? 201 : 200, ...customer, violations: [], message: null },
      );
    }
    const lines = await batch(other, items);
    const tables = [];
    for (const [key, said] of [
      [one, results],
      [other, lines],
    ] as const) {
      const records = await Array.fromAsync(foyer.sdk(key).exports.customers());
      // Addresses may have moved since: a number is identified by its final address.
      const emailOf = (id: number | undefined) => records.find(({ customerId }) => customerId === id)?.email;
      const sorted = records.map((record) => ({ ...record, customerId: 0, lastChanged: '' }));
      sorted.sort((a, b) => (a.email < b.email ? -1 : 1));
      tables.push({ said: said.map((line) => named(line, emailOf)), sorted });
    }
    assert.deepEqual(tables[1], tables[0]);
  });
  await fc.assert(check, { numRuns: 40 });
});

test('others write while a batch is stored', async () => {
  const { customers } = foyer.sdk(await foyer.client());
  let isOver = false;
  const writing = Array.fromAsync(customers.batch({ customers: visitors(MOST) })).finally(() => {
    isOver = true;
  });
  const between: number[] = [];
  while (!isOver) between.push((await customers.create({ ...jan, email: `own${between.length}@x.nl` })).customerId);
  const last = Math.max(...(await writing).map(({ customer }) => customer?.customerId ?? 0));
  const before = between.filter((customerId) => customerId < last).length;
  assert(before >= 2, `${before} of ${between.length} were made before the end of the batch`);
});

test('when the database cannot go on, the rest is told so, and what was stored is stored', async () => {
  await using installation = await makeInstallation();
  await using served = await spawnFoyer(installation);
  for (let attempt = 1; ; attempt += 1) {
    const lines = served.sdk.customers.batch({ customers: visitors(MOST, `a${attempt}-`) });
    const first = await lines.next();
    const other = await installation.hold();
    const rest = await Array.fromAsync(lines);
    await other[Symbol.asyncDispose]();
    const all = [first.value as Line, ...rest];
    assert.equal(all.length, MOST);
    // It was over before the database was held.
    if (all.at(-1)?.status === 201) continue;
    const stored = all.findIndex(({ status }) => status !== 201);
    for (const line of all.slice(stored)) {
      assert.deepEqual(
        { ...line, message: '' },
        { status: 503, outcome: null, customer: null, violations: [], message: '' },
      );
      assert.match(line.message ?? '', /Try again/);
    }
    assert.deepEqual(
      all.slice(0, stored).map(({ customer }) => customer),
      await Array.fromAsync(served.sdk.exports.customers()).then((records) => records.slice((attempt - 1) * MOST)),
    );
    break;
  }
  await checkRecord(installation, installation.key.keyId);
  const held = await installation.hold();
  await assert.rejects(served.sdk.customers.batch({ customers: visitors(1, 'z') }).next(), { code: 'unavailable' });
  await held[Symbol.asyncDispose]();
});

test('many customers are read at once, in the order asked, with null for who is not there', async () => {
  const key = await foyer.client();
  await batch(key, visitors(600));
  const { customers } = foyer.sdk(key);
  const [first, third] = [await customers.get({ customerId: 1 }), await customers.get({ customerId: 3 })];
  assert.deepEqual(
    await customers.getMany({ customerIds: [3, 999, 1, 3], emails: ['C0@x.nl', 'nobody', ' c2@X.nl '] }),
    [third, null, first, third, first, null, third],
  );
  assert.deepEqual(await customers.getMany({}), []);
  const numbers = Array.from({ length: 600 }, (_, at) => 600 - at);
  const all = await customers.getMany({ customerIds: numbers });
  assert.deepEqual(
    all.map((one) => one?.customerId),
    numbers,
  );
});

test('more than 1,000 together, and what is no number, are refused', async () => {
  const key = await foyer.client();
  const { customers } = foyer.sdk(key);
  const numbers = Array.from({ length: MOST }, (_, at) => at + 1);
  assert.equal((await customers.getMany({ customerIds: numbers })).length, MOST);
  for (const [args, violations] of [
    [{ customerIds: [...numbers, 1] }, ['customerIds max']],
    [{ customerIds: numbers, emails: ['jan@x.nl'] }, ['emails max']],
    [{ customerIds: [0, 1, -1, 1.5], emails: ['', 'jan@x.nl'] }, ['customerIds.0 numeric', 'emails.0 required']],
    [{ customerIds: 1 as unknown as number[] }, ['customerIds array']],
  ] as const) {
    const error = await customers.getMany(args).catch((thrown: unknown) => thrown);
    assert(error instanceof FoyerError, JSON.stringify(args).slice(0, 80));
    assert.deepEqual(
      error.violations.map(({ field, code }) => `${field} ${code}`),
      violations,
    );
  }
  const form = await foyer.fetch(key, endpoints.customers.getMany.path, {
    method: 'POST',
    body: new URLSearchParams([
      ['customerIds[]', '1'],
      ['customerIds[]', '2'],
    ]),
  });
  assert.deepEqual(await form.json(), [null, null]);
});
