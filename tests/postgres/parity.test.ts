/** The same requests, in the same order, on both engines: the same answers, to the last byte. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutTimes } from '../harness/clock.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { type Random, randomOf } from '../harness/random.ts';

const SEED = 300;
const REQUESTS = 300;

interface Sent {
  readonly path: string;
  readonly init: { method: string; headers: Record<string, string>; body?: string };
}

const texts = ['Jan', 'Zoë', 'İpek', '𝒜nna', ' é ', '', 'van der', "'t Hart", 'ß', '\u0000', 'a'.repeat(256), '日本'];
const emails = [
  'jan@x.nl',
  'JAN@X.NL',
  'zoë@x.nl',
  'piet@x.nl',
  'no address',
  ' mia@x.nl ',
  'straße@x.nl',
  'STRASSE@x.nl',
];
const values = [null, 1, 12.5, -3, '25.50', '25,50', true, [], {}, '+31612345678', '06-1234', 'Z'];
const names = ['friend', 'Friend', 'donor', 'vip', 'Ünï', '', ' friend ', 7];
const fields = [
  'customerSalutation',
  'customerPreposition',
  'customerZip',
  'customerPhone',
  'customerCredit',
  'customerCity',
  'shoeSize',
];

/** A request that may be valid or invalid in any way. */
function request(random: Random): Sent {
  const id = random.pick(['1', '2', '3', '4', '5', '999', '0', 'x', '1.5']);
  const some = <T>(from: readonly T[]): T[] => Array.from({ length: random.below(4) }, () => random.pick(from));
  const person = {
    ...(random.below(8) === 0 ? {} : { email: random.pick(emails) }),
    customerFirstName: random.pick(texts),
    customerLastName: random.pick(['Pas', 'de Vries', ...texts]),
    ...(random.below(3) === 0 ? { customerExternalId: random.pick(['crm-1', 'CRM-1', 'crm-2', '']) } : {}),
    ...Object.fromEntries(some(fields).map((field) => [field, random.pick([...values, ...texts])])),
  };
  const json = (path: string, body: unknown, method = 'POST', headers = {}): Sent => ({
    path,
    init: { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) },
  });
  const accept = random.pick(['application/json', 'application/x-ndjson', 'text/csv', '*/*']);
  return random.pick([
    () => json('/customer', person),
    () => json('/customer', person),
    () => json('/customer', { email: `v${random.below(40)}@x.nl`, customerFirstName: 'Jan', customerLastName: 'Pas' }),
    () => json(`/customer/${id}`, person, 'PUT'),
    () => json(`/customer/${id}`, Object.fromEntries(some(fields).map((field) => [field, random.pick(values)])), 'PUT'),
    () => ({ path: `/customer/${id}`, init: { method: random.pick(['GET', 'GET', 'DELETE']), headers: {} } }),
    () => json('/customer/findByEmail', { email: random.pick([...emails, ...values]) }),
    () => ({
      path: '/customer/findByEmail',
      init: {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ email: random.pick(emails) }).toString(),
      },
    }),
    () => json(`/customer/${id}/clienttypes`, { clienttypes: random.below(9) === 0 ? 'friend' : some(names) }),
    () => ({ path: `/customer/${id}/clienttypes`, init: { method: 'GET', headers: {} } }),
    () => ({ path: '/export/clienttypes', init: { method: 'GET', headers: {} } }),
    () =>
      json(
        '/export/customers',
        random.pick([{}, { changedSince: 'yesterday' }, { changedSince: '2020-01-01' }]),
        'POST',
        { accept },
      ),
    () => json('/customer', person, 'POST', { 'content-type': 'text/plain' }),
    () => ({
      path: '/customer',
      init: { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"email":' },
    }),
    () => json('/customer', person, 'POST', { authorization: 'Bearer wrong' }),
  ])();
}

/** What differs from one run to the next: times and the ids of requests. */
const masked = (text: string): string => withoutTimes(text).replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID');

async function answer(foyer: TestFoyer, key: TestKey, { path, init }: Sent): Promise<unknown> {
  const response = await foyer.fetch(key, path, init);
  const headers = ['content-type', 'location', 'foyer-ignored-fields', 'www-authenticate', 'allow'];
  return {
    status: response.status,
    headers: headers.map((name) => response.headers.get(name)),
    body: masked(await response.text()),
  };
}

test(`${REQUESTS} requests have the same answers on both engines (seed ${SEED})`, async (t) => {
  await using sqlite = await startFoyer('sqlite');
  await using postgres = await startFoyer('postgres');
  const random = randomOf(SEED);
  const clients: [TestKey, TestKey][] = [];
  for (const clientTypes of ['open', 'closed'] as const) {
    clients.push([await sqlite.client({ clientTypes }), await postgres.client({ clientTypes })]);
  }
  const statuses = new Map<number, number>();
  for (let count = 0; count < REQUESTS; count += 1) {
    const sent = request(random);
    const [one, other] = clients[random.below(5) === 0 ? 1 : 0] as [TestKey, TestKey];
    const expected = (await answer(sqlite, one, sent)) as { status: number };
    assert.deepEqual(
      await answer(postgres, other, sent),
      expected,
      `${sent.init.method} ${sent.path} ${sent.init.body}`,
    );
    statuses.set(expected.status, (statuses.get(expected.status) ?? 0) + 1);
  }
  for (const status of [200, 201, 400, 401, 404, 405, 415, 422])
    assert(statuses.has(status), `no answer was ${status}`);
  assert(!statuses.has(500));
  t.diagnostic([...statuses].map(([status, count]) => `${status}: ${count}`).join(', '));
});
