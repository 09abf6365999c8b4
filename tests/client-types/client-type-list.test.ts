/** Client-types as things: listed, renamed, merged and removed, with all their customers. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCustomers } from '../harness/customers.ts';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';
import { importFile, numbersOf } from '../harness/imports.ts';
import { untilIndexed } from '../harness/search-index.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

/** A client whose customers, numbered from 1, have these client-types. */
async function setUp(tags: readonly (readonly string[])[], options: { clientTypes?: 'open' | 'closed' } = {}) {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  const customers = tags.map((clienttypes, index) => ({
    email: `c${index + 1}@x.example`,
    customerFirstName: 'A',
    customerLastName: 'B',
    clienttypes,
  }));
  await makeCustomers(foyer.app.store, key.clientId, customers);
  if (options.clientTypes === 'closed') await foyer.database.rows("update client set client_types = 'closed'");
  return {
    ...sdk,
    sdk,
    key,
    /** Names with counts, as listed. */
    async list() {
      return Object.fromEntries((await sdk.clientTypes.list()).map(({ name, customers }) => [name, customers]));
    },
    async tags() {
      const all = await Array.fromAsync(sdk.customers.list({ sort: 'customerId' }));
      return all.map(({ customerTags }) => customerTags);
    },
    /** The client-types that the client's history says changed, with who did it. */
    async changes() {
      const rows = await foyer.database.rows(
        `select changed, by_kind, by_id from customer_change
          where client_id = ${key.clientId} and kind = 'clienttypes'
          order by change_number`,
      );
      return rows.map((row) => [JSON.parse(String(row.changed)).customerTags, row.by_kind, Number(row.by_id)]);
    },
  };
}

test('the list has every name with its customers and when it was made, sorted without regard to case', async () => {
  const { clientTypes, list } = await setUp([['vip', 'Donor'], ['donor'], ['friend'], []]);
  assert.deepEqual(await list(), { Donor: 2, friend: 1, vip: 1 });
  const [first] = await clientTypes.list();
  assert.match(first?.createdAt ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
  await clientTypes.set({ customerId: 3, clienttypes: [] });
  assert.deepEqual(await list(), { Donor: 2, friend: 0, vip: 1 }, 'one that nobody has any more stays');
});

test('a rename reaches all who have it, in its place, with a change by who asked', async () => {
  const { clientTypes, exports, tags, list, changes, key } = await setUp([['a', 'friend', 'b'], ['friend'], ['a']]);
  const { createdAt } = (await clientTypes.list()).find(({ name }) => name === 'friend') ?? {};
  const answer = await clientTypes.rename({ clienttype: 'FRIEND', name: ' Patron ' });
  assert.deepEqual(answer, { name: 'Patron', customers: 2, createdAt });
  assert.deepEqual(await tags(), [['a', 'Patron', 'b'], ['Patron'], ['a']]);
  assert.deepEqual(await list(), { a: 2, b: 1, Patron: 2 });
  assert.deepEqual(await exports.clientTypes(), ['a', 'b', 'Patron']);
  assert.deepEqual((await changes()).slice(3), [
    [
      [
        ['a', 'friend', 'b'],
        ['a', 'Patron', 'b'],
      ],
      'key',
      key.keyId,
    ],
    [[['friend'], ['Patron']], 'key', key.keyId],
  ]);
  const ids = (await Array.fromAsync(exports.customers())).map(({ customerId }) => customerId);
  assert.deepEqual(ids, [3, 1, 2], 'who is renamed moves to the end of the changes');
});

test('another spelling is a rename; the same name changes nothing', async () => {
  const { clientTypes, tags, list, changes } = await setUp([['vip'], ['vip', 'a']]);
  await clientTypes.rename({ clienttype: 'vip', name: 'vip' });
  assert.equal((await changes()).length, 2);
  await clientTypes.rename({ clienttype: 'vip', name: 'VIP' });
  assert.deepEqual(await tags(), [['VIP'], ['VIP', 'a']]);
  assert.deepEqual(await list(), { a: 1, VIP: 2 });
  await clientTypes.set({ customerId: 1, clienttypes: ['vip'] });
  assert.deepEqual(await tags(), [['VIP'], ['VIP', 'a']], 'it is the one that was respelled');
});

test('who has a name before and after another spelling of it is found all the while', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const { customers, clientTypes } = await setUp(Array.from({ length: 300 }, () => names));
  for (const clienttype of names) {
    // Whom it does not have yet, a search looks at itself.
    await untilIndexed(foyer.database);
    const isOver = { now: false };
    const renaming = clientTypes.rename({ clienttype, name: clienttype.toUpperCase() }).finally(() => {
      isOver.now = true;
    });
    while (!isOver.now) {
      // What was found once is cached: each has its own moment.
      await sleep(10);
      assert.equal((await customers.search('', { clienttype: [clienttype], limit: 1 })).count, 300, clienttype);
    }
    await renaming;
  }
});

test('a rename onto one that there is merges the two, and nobody has it twice', async () => {
  const { clientTypes, tags, list } = await setUp([['old', 'x', 'New'], ['x', 'old'], ['New'], ['New', 'old']]);
  const answer = await clientTypes.rename({ clienttype: 'old', name: 'new' });
  assert.deepEqual([answer.name, answer.customers], ['New', 4], 'in the spelling that there is');
  assert.deepEqual(await tags(), [['New', 'x'], ['x', 'New'], ['New'], ['New']]);
  assert.deepEqual(await list(), { New: 4, x: 2 });
});

test('one that is removed is gone from the list and all customers, and may be made anew', async () => {
  const { clientTypes, customers, tags, list, changes, key } = await setUp([['a', 'b'], ['b'], ['a']]);
  assert.equal(await clientTypes.remove({ clienttype: 'B' }), undefined);
  assert.deepEqual(await tags(), [['a'], [], ['a']]);
  assert.deepEqual(await list(), { a: 2 });
  assert.deepEqual((await changes()).at(-1), [[['b'], []], 'key', key.keyId]);
  await assert.rejects(clientTypes.remove({ clienttype: 'b' }), { code: 'not-found' });
  await clientTypes.set({ customerId: 3, clienttypes: ['b'] });
  assert.deepEqual(await list(), { a: 1, b: 1 });
  const found = await Array.fromAsync(customers.list({ clienttype: ['b'] }));
  assert.deepEqual(
    found.map(({ customerId }) => customerId),
    [3],
  );
});

test('names with blanks, slashes, marks and signs are found by their path', async () => {
  const names = ['Vriend van het theater', 'a/b', 'café', '100%', 'a?b#c', "d'or", '…', '1', '__proto__'];
  const { clientTypes, list } = await setUp([names]);
  for (const name of names) await clientTypes.rename({ clienttype: name, name: `${name} 2` });
  assert.deepEqual(Object.keys(await list()).length, names.length);
  for (const name of names) await clientTypes.remove({ clienttype: `${name.normalize('NFD')} 2` });
  assert.deepEqual(await list(), {});
});

test('a name that is none is refused, and one of nobody is not found', async () => {
  const { clientTypes } = await setUp([['a']]);
  await assert.rejects(clientTypes.rename({ clienttype: 'nobody', name: 'x' }), { code: 'not-found' });
  for (const [name, code] of [
    ['', 'required'],
    [' ', 'required'],
    ['x'.repeat(256), 'max'],
    ['a\u0001', 'type'],
  ] as const) {
    await assert.rejects(
      clientTypes.rename({ clienttype: 'a', name }),
      (error: { violations: readonly { field: string; code: string }[] }) => {
        assert.deepEqual(
          error.violations.map(({ field, code: of }) => [field, of]),
          [['name', code]],
        );
        return true;
      },
    );
  }
});

test('a closed list may be renamed, merged and shortened', async () => {
  const { clientTypes, list } = await setUp([['a', 'b', 'c']], { clientTypes: 'closed' });
  await clientTypes.rename({ clienttype: 'a', name: 'z' });
  await clientTypes.rename({ clienttype: 'b', name: 'z' });
  await clientTypes.remove({ clienttype: 'c' });
  assert.deepEqual(await list(), { z: 1 });
});

test('a name that is renamed, or removed, while customers are on their way to it', async () => {
  // The target is the older one, and almost no customer has it.
  const { clientTypes, exports, tags, list } = await setUp([
    ['b', 'x'],
    ...Array.from({ length: 599 }, () => ['a', 'x']),
  ]);
  const isListed = async (name: string) => (await exports.clientTypes()).includes(name);
  const first = clientTypes.rename({ clienttype: 'a', name: 'b' });
  while (await isListed('a')) await new Promise(setImmediate);
  const second = clientTypes.rename({ clienttype: 'b', name: 'c' });
  while (!(await isListed('c'))) await new Promise(setImmediate);
  await clientTypes.rename({ clienttype: 'c', name: 'x' });
  await Promise.all([first, second]);
  assert.deepEqual(new Set((await tags()).map(String)), new Set(['x']));
  assert.deepEqual(await list(), { x: 600 });
  const third = clientTypes.rename({ clienttype: 'x', name: 'y' });
  while (!(await isListed('y'))) await new Promise(setImmediate);
  await clientTypes.remove({ clienttype: 'y' });
  await third;
  assert.deepEqual(new Set((await tags()).map(String)), new Set(['']));
  assert.deepEqual(await list(), {});
});

test('renames that overtake one another, among writers, end as they were asked for', async () => {
  const many = Array.from({ length: 400 }, () => ['a', 'x']);
  const { clientTypes, tags, list } = await setUp(many);
  const writing = Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      clientTypes.set({ customerId: 1 + index * 4, clienttypes: ['x', index % 2 ? 'y' : 'x'] }),
    ),
  );
  const renames = [
    clientTypes.rename({ clienttype: 'a', name: 'b' }),
    writing.then(() => clientTypes.rename({ clienttype: 'b', name: 'c' })),
  ];
  await Promise.all(renames);
  await clientTypes.rename({ clienttype: 'c', name: 'a' });
  const all = await tags();
  for (const [index, mine] of all.entries()) {
    const expected = index % 4 !== 0 ? ['a', 'x'] : (index / 4) % 2 ? ['x', 'y'] : ['x'];
    assert.deepEqual(mine, expected, `customer ${index + 1}`);
  }
  assert.deepEqual(await list(), { a: 300, x: 400, y: 50 });
});

test('who is given a name again while it is being removed, keeps it, whatever gives it', async () => {
  const { sdk, key, clientTypes, list, tags } = await setUp([...Array.from({ length: 9 }, () => ['vip']), ['b']]);
  // As a removal leaves it before any customer has followed.
  await foyer.database.rows(
    `update client_type set retired_at = 1, name_key = 'gone', retired_by_kind = 'command'
      where client_id = ${key.clientId} and name = 'vip'`,
  );
  assert.deepEqual(await list(), { b: 1 });
  const byImport = { setClienttypes: 'type', file: 'email;type\nc3@x.example;vip\n' };
  const byAddition = { addClienttypes: ['vip'], file: 'email\nc4@x.example\n' };
  const assignment = { name: 'vip', action: 'add', customerIds: [5, 6, 10] } as const;
  assert.equal((await clientTypes.assign({ ...assignment, dryRun: true })).changed, 3);
  for (const { file, ...options } of [byImport, byAddition]) {
    const dry = await importFile(sdk, file, { ...options, dryRun: true });
    assert.deepEqual(numbersOf(dry), { rowsRead: 1, updated: 1 });
    // What an import carries over is not its own change.
    assert.deepEqual(numbersOf(await importFile(sdk, file, options)), { rowsRead: 1, updated: 1 });
  }
  await clientTypes.set({ customerId: 1, clienttypes: ['vip'] });
  assert.equal((await clientTypes.assign(assignment)).changed, 3);
  assert.deepEqual((await tags()).map(String).slice(0, 9), Array(9).fill('vip'));
  // A removal has all that is left carried over.
  await clientTypes.remove({ clienttype: 'b' });
  assert.deepEqual((await tags()).map(String), ['vip', '', 'vip', 'vip', 'vip', 'vip', '', '', '', 'vip']);
  assert.deepEqual(await list(), { vip: 6 });
});
