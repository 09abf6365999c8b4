import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FoyerError } from '../../sdk/src/index.ts';
import { setClientTypes } from '../../server/src/features/client-types/writes.ts';
import { customerById } from '../../server/src/features/customers/queries.ts';
import { secondAfter } from '../harness/clock.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

/** A client with the customers 1 and 2, and the calls of these tests. */
async function setUp(options: { clientTypes?: 'open' | 'closed' } = {}) {
  const key = await foyer.client(options);
  const { customers, clientTypes, exports } = foyer.sdk(key);
  for (const email of ['a@x.nl', 'b@x.nl']) {
    await customers.create({ email, customerFirstName: 'A', customerLastName: 'B' });
  }
  return {
    key,
    customers,
    exports,
    get: (customerId = 1) => clientTypes.get({ customerId }),
    set: (clienttypes: readonly string[], customerId = 1) => clientTypes.set({ customerId, clienttypes }),
    /** Sends the member as it is; returns the status, and each violation as `field code`. */
    async send(clienttypes: unknown) {
      const response = await post(key, 'application/json', JSON.stringify({ clienttypes }));
      const { violations = [] } = await response.json();
      return [response.status, ...violations.map((one: { field: string; code: string }) => `${one.field} ${one.code}`)];
    },
    /** The customers in the order of their last change. */
    async order() {
      const ids: number[] = [];
      for await (const { customerId } of exports.customers()) ids.push(customerId);
      return ids;
    },
  };
}

const post = (key: TestKey, type: string, body: string) =>
  foyer.fetch(key, '/customer/1/clienttypes', { method: 'POST', headers: { 'content-type': type }, body });

test('the order given is the order returned, everywhere', async () => {
  const { set, get, customers, exports } = await setUp();
  assert.deepEqual(await get(), []);
  for (const names of [['vip', 'friend', 'donor'], ['donor', 'vip', 'friend'], ['10', '9', '1'], ['friend']]) {
    assert.deepEqual(await set(names), names);
    assert.deepEqual(await get(), names);
    assert.deepEqual((await customers.get({ customerId: 1 })).customerTags, names);
    assert.deepEqual((await customers.findByEmail({ email: 'a@x.nl' })).customerTags, names);
    assert.deepEqual((await customers.update({ customerId: 1, customerCity: names[0] ?? '' })).customerTags, names);
    const exported = await Array.fromAsync(exports.customers());
    assert.deepEqual(exported.find(({ customerId }) => customerId === 1)?.customerTags, names);
  }
  assert.deepEqual(await get(2), [], 'the other customer has none');
});

test('repeats collapse to the first, without regard to case; the spelling is that of the one that exists', async () => {
  const { set, exports } = await setUp();
  assert.deepEqual(await set(['VIP', ' Vip ', 'Café', 'cafe\u0301', 'vip', 'STRAẞE', 'straße', 'x']), [
    'VIP',
    'Café',
    'STRAẞE',
    'x',
  ]);
  assert.deepEqual(await set(['X', 'CAFÉ', 'vIp', 'new'], 2), ['x', 'Café', 'VIP', 'new']);
  assert.deepEqual(await exports.clientTypes(), ['Café', 'new', 'STRAẞE', 'VIP', 'x']);
});

test('`[]` removes all; the names stay client-types of the client', async () => {
  const { set, get, exports } = await setUp();
  await set(['friend', 'donor']);
  assert.deepEqual(await set([]), []);
  assert.deepEqual(await get(), []);
  assert.deepEqual(await exports.clientTypes(), ['donor', 'friend']);
});

test('missing or not an array is a 422 on clienttypes', async () => {
  const { send, set, get } = await setUp();
  await set(['friend']);
  assert.deepEqual(await send(undefined), [422, 'clienttypes required']);
  for (const sent of ['friend', 7, 0, true, false, { x: 'friend' }, { 0: 'friend', x: 'donor' }, 'a,b']) {
    assert.deepEqual(await send(sent), [422, 'clienttypes array'], JSON.stringify(sent));
  }
  for (const sent of [null, '']) {
    assert.match((await send(sent)).join(), /^422,clienttypes (required|array)$/);
  }
  assert.deepEqual(await get(), ['friend']);
});

test('a bad item is named by its index, with all others, and nothing is stored', async () => {
  const { send, set, get, exports } = await setUp();
  await set(['friend']);
  assert.deepEqual(await send(['new', 'friend', 5]), [422, 'clienttypes.2 type']);
  assert.deepEqual(
    await send(['new', ' ', {}, [], true, 'a\u0000b', '\ud800', 'a\u007fb', '\u{1F3AD}'.repeat(256), 'good']),
    [
      422,
      'clienttypes.1 required',
      ...[2, 3, 4, 5, 6, 7].map((index) => `clienttypes.${index} type`),
      'clienttypes.8 max',
    ],
  );
  assert.deepEqual(await get(), ['friend']);
  assert.deepEqual(await exports.clientTypes(), ['friend']);
});

test('a name may have 255 code points and a list 250 items, not more', async () => {
  const { send, set, get } = await setUp();
  const long = `${'\u{1F3AD}'.repeat(254)}e\u0301`;
  assert.deepEqual(await set([`\n ${long} \u3000`]), [long.normalize('NFC')]);
  const names = Array.from({ length: 250 }, (_, index) => `type ${index}`);
  assert.deepEqual(await set(names), names);
  assert.deepEqual(await send([...names, 'type 250']), [422, 'clienttypes max']);
  assert.deepEqual(await get(), names);
});

test('with a closed list a name that the client has not is `unknown`, at its index', async () => {
  const { key, send, set, get, exports } = await setUp({ clientTypes: 'closed' });
  const principal = { clientId: key.clientId, actor: { kind: 'command', id: null } } as const;
  await foyer.app.store.write(principal, async (tx) => {
    const customer = await tx.get(customerById, { customerId: 1 });
    assert(customer);
    return setClientTypes(tx, customer, ['Friend', 'donor'], 'open');
  });
  assert.deepEqual(await set(['DONOR', 'friend', 'Donor']), ['donor', 'Friend']);
  assert.deepEqual(await send(['friend', 'new', 'donor', 'newer', 'NEW']), [
    422,
    'clienttypes.1 unknown',
    'clienttypes.3 unknown',
  ]);
  assert.deepEqual(await get(), ['donor', 'Friend']);
  assert.deepEqual(await exports.clientTypes(), ['donor', 'Friend']);
});

test('the same set in the same order changes nothing; another order is a change, and moves lastChanged', async () => {
  const { customers, set, order } = await setUp();
  await set(['Friend', 'donor']);
  const before = await customers.get({ customerId: 1 });
  await customers.update({ customerId: 2, customerCity: 'Gent' });
  // If it were a change, it would be in another second than the first.
  await secondAfter(before.lastChanged);
  for (const same of [
    ['Friend', 'donor'],
    [' friend ', 'DONOR', 'Friend'],
  ]) {
    assert.deepEqual(await set(same), ['Friend', 'donor']);
    assert.deepEqual(await customers.get({ customerId: 1 }), before);
    assert.deepEqual(await order(), [1, 2]);
  }
  for (const other of [['donor', 'Friend'], ['donor'], []]) {
    await customers.update({ customerId: 2, customerCity: String(other) });
    await set(other);
    assert.deepEqual(await order(), [2, 1], String(other));
  }
  const { lastChanged } = await customers.get({ customerId: 1 });
  assert(Date.parse(lastChanged) > Date.parse(before.lastChanged));
  await customers.update({ customerId: 2, customerCity: 'Zwolle' });
  await set([]);
  assert.deepEqual(await order(), [1, 2], 'none instead of none');
});

test('a form makes lists with `[]` and with indexes', async () => {
  const { key, get } = await setUp();
  const form = 'application/x-www-form-urlencoded';
  for (const [body, names] of [
    ['clienttypes[]=b&clienttypes[]=a+c', ['b', 'a c']],
    ['clienttypes%5B%5D=%C3%A9&clienttypes%5B%5D=%2B', ['é', '+']],
    ['clienttypes[0]=a', ['a']],
    ['clienttypes[0]=z&clienttypes[1]=y', ['z', 'y']],
    ['clienttypes[]=a,b', ['a,b']],
    [
      Array.from({ length: 250 }, (_, at) => `clienttypes[]=t${at}`).join('&'),
      Array.from({ length: 250 }, (_, at) => `t${at}`),
    ],
    [
      Array.from({ length: 250 }, (_, at) => `clienttypes[${at}]=t${at}`).join('&'),
      Array.from({ length: 250 }, (_, at) => `t${at}`),
    ],
  ] as const) {
    const response = await post(key, `${form}; charset=UTF-8`, body);
    assert.equal(response.status, 200, body);
    assert.deepEqual(await response.json(), names);
    assert.deepEqual(await get(), names);
  }
  for (const body of [
    'clienttypes=a',
    'other[]=a',
    '',
    'clienttypes[x]=a',
    'clienttypes[][]=a',
    `clienttypes[]=${'&clienttypes[]=a'.repeat(300)}`,
  ]) {
    const response = await post(key, form, body);
    assert.equal(response.status, 422, body);
    assert.match((await response.json()).violations[0].field, /^clienttypes/);
  }
});

test('an export is sorted without regard to case, and shows the names of one client', async () => {
  const [{ set, exports, key }, other] = [await setUp(), await setUp()];
  await other.set(['of another client']);
  assert.deepEqual(await exports.clientTypes(), []);
  await set(['b', 'C', 'a', 'D', 'ä', '1', 'Z']);
  assert.deepEqual(await exports.clientTypes(), ['1', 'a', 'b', 'C', 'D', 'Z', 'ä']);
  await assert.rejects(
    foyer.sdk(await foyer.key(key, { scopes: ['customers:read'] })).exports.clientTypes(),
    (error: FoyerError) => error instanceof FoyerError && error.code === 'missing-scope',
  );
});

test('two customers that get the same new name at the same moment share it', async () => {
  const { set, exports } = await setUp();
  const lists = await Promise.all(Array.from({ length: 20 }, (_, at) => set([at % 2 ? 'VIP' : 'vip'], 1 + (at % 2))));
  const [spelling] = await exports.clientTypes();
  assert.deepEqual(await exports.clientTypes(), [spelling]);
  for (const list of lists) assert.deepEqual(list, [spelling]);
});
