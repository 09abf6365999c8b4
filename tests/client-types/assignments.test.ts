/** Client-types of many customers at once: counted first, done, and undone. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { signedInByLink } from '../harness/browser.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

/** A client with a number of customers; the even ones live in Zwolle, every third is a friend. */
async function people(count: number, options: { clientTypes?: 'closed' } = {}): Promise<TestKey> {
  const key = await foyer.client(options);
  const { customers, clientTypes } = foyer.sdk(key);
  for (let number = 1; number <= count; number += 1) {
    const customerCity = number % 2 === 0 ? 'Zwolle' : 'Deventer';
    const name = { customerFirstName: 'Jan', customerLastName: `Pas${number}` };
    await customers.create({ email: `p${number}@x.nl`, ...name, customerCity });
    if (number % 3 === 0 && options.clientTypes === undefined)
      await clientTypes.set({ customerId: number, clienttypes: ['donor', 'Friend', 'vip'] });
  }
  return key;
}

async function tagsOf(key: TestKey): Promise<Record<number, string[]>> {
  const all = await Array.fromAsync(foyer.sdk(key).exports.customers());
  return Object.fromEntries(all.map(({ customerId, customerTags }) => [customerId, customerTags]));
}

const changesOf = async (key: TestKey) => (await foyer.sdk(key).changes.list({ limit: 1000 })).changes;

test('twenty are counted, given a client-type, and put back exactly as they were', async () => {
  const key = await people(20);
  const { clientTypes } = foyer.sdk(key);
  const before = await tagsOf(key);
  const customerIds = [...Array(20).keys()].map((at) => at + 1);
  const counted = await clientTypes.assign({ name: 'friend', action: 'add', customerIds, dryRun: true });
  assert.deepEqual(counted, { name: 'Friend', selected: 20, changed: 14, full: 0, undo: null });
  assert.deepEqual(await tagsOf(key), before);

  const known = (await changesOf(key)).length;
  const done = await clientTypes.assign({ name: 'friend', action: 'add', customerIds });
  assert.deepEqual([done.name, done.selected, done.changed], ['Friend', 20, 14]);
  const tags = await tagsOf(key);
  for (const id of customerIds) assert.deepEqual(tags[id], id % 3 === 0 ? ['donor', 'Friend', 'vip'] : ['Friend']);
  const changes = (await changesOf(key)).slice(known);
  assert.deepEqual(
    changes.map(({ kind, customerId }) => [kind, customerId]),
    customerIds.filter((id) => id % 3 !== 0).map((id) => ['clienttypes', id]),
  );
  const again = await clientTypes.assign({ name: 'friend', action: 'add', customerIds });
  assert.deepEqual([again.changed, again.undo], [0, null]);

  const undone = await clientTypes.undoAssign({ name: 'friend', undo: done.undo ?? assert.fail() });
  assert.deepEqual(undone, { name: 'Friend', selected: 14, changed: 14, full: 0, undo: null });
  assert.deepEqual(await tagsOf(key), before);
  const list = await clientTypes.list();
  assert.equal(list.find(({ name }) => name === 'Friend')?.customers, 6);
});

test('taken away, it comes back in its place; what others changed meanwhile stays', async () => {
  const key = await people(12);
  const { clientTypes } = foyer.sdk(key);
  const done = await clientTypes.assign({ name: 'FRIEND', action: 'remove', customerIds: [3, 6, 9, 12, 1, 99] });
  assert.deepEqual([done.selected, done.changed], [5, 4]);
  await clientTypes.set({ customerId: 6, clienttypes: ['vip', 'new'] });
  await clientTypes.set({ customerId: 9, clienttypes: ['friend'] });
  const undone = await clientTypes.undoAssign({ name: 'friend', undo: done.undo ?? assert.fail() });
  assert.deepEqual([undone.selected, undone.changed], [4, 3]);
  const tags = await tagsOf(key);
  assert.deepEqual(tags[3], ['donor', 'Friend', 'vip']);
  assert.deepEqual(tags[6], ['vip', 'new', 'Friend']);
  assert.deepEqual(tags[9], ['Friend']);
  assert.deepEqual(tags[1], []);
  const twice = await clientTypes.undoAssign({ name: 'friend', undo: done.undo ?? assert.fail() });
  assert.equal(twice.changed, 0, 'what is back already is left alone');
});

test('all who fit the filters are meant, more than a page and a chunk of them', async () => {
  const key = await people(260);
  const { clientTypes, customers } = foyer.sdk(key);
  const selection = { all: true, city: 'zwolle', clienttype: ['friend'] } as const;
  const counted = await clientTypes.assign({ name: 'season 2027', action: 'add', ...selection, dryRun: true });
  assert.deepEqual([counted.selected, counted.changed], [43, 43]);
  assert.equal((await clientTypes.assign({ name: 'season 2027', action: 'add', all: true })).changed, 260);
  const some = await clientTypes.assign({ name: 'season 2027', action: 'remove', ...selection });
  assert.equal(some.changed, 43);
  assert.equal((await customers.search('', { clienttype: ['season 2027'] })).count, 217);
  await clientTypes.undoAssign({ name: 'season 2027', undo: some.undo ?? assert.fail() });
  assert.equal((await customers.search('', { clienttype: ['season 2027'] })).count, 260);
});

test('others who write at the same time lose nothing, and are not undone', async () => {
  const key = await people(120);
  const { clientTypes, customers } = foyer.sdk(key);
  const editor = await signedInByLink(foyer, key.client, 'editor');
  const mine = clientTypes.assign({ name: 'mine', action: 'add', all: true });
  const others = editor.foyer(key.client).clientTypes.assign({ name: 'theirs', action: 'add', all: true });
  const cities = Array.from({ length: 120 }, (_, at) => customers.update({ customerId: at + 1, customerCity: 'X' }));
  const [done] = await Promise.all([mine, others, ...cities]);
  for (const tags of Object.values(await tagsOf(key))) {
    assert(tags.includes('mine') && tags.includes('theirs'), String(tags));
  }
  assert.equal((await clientTypes.undoAssign({ name: 'mine', undo: done.undo ?? assert.fail() })).changed, 120);
  for (const tags of Object.values(await tagsOf(key))) assert(!tags.includes('mine') && tags.includes('theirs'));
  assert.equal((await customers.get({ customerId: 7 })).customerCity, 'X');
});

test('what somebody else did cannot be undone, nor what was never done', async () => {
  const key = await people(3);
  const editor = await signedInByLink(foyer, key.client, 'editor');
  const assignment = { name: 'vip', action: 'add', customerIds: [1, 2] } as const;
  const done = await foyer.sdk(key).clientTypes.assign(assignment);
  const { clientTypes } = editor.foyer(key.client);
  const undone = await clientTypes.undoAssign({ name: 'vip', undo: done.undo ?? assert.fail() });
  assert.deepEqual([undone.selected, undone.changed], [0, 0]);
  for (const undo of ['x', btoa('{}'), btoa('{"action":"add","ranges":[[1]]}'), btoa('null')]) {
    await assert.rejects(clientTypes.undoAssign({ name: 'vip', undo }), { code: 'validation' }, undo);
  }
});

test('a closed list takes no new name; one that is not there cannot be removed; somebody must be meant', async () => {
  const key = await people(1, { clientTypes: 'closed' });
  const { clientTypes } = foyer.sdk(key);
  const add = { name: 'new', action: 'add', customerIds: [1] } as const;
  for (const dryRun of [true, false])
    await assert.rejects(clientTypes.assign({ ...add, dryRun }), { code: 'validation' });
  await assert.rejects(clientTypes.assign({ ...add, action: 'remove' }), { code: 'not-found' });
  const open = foyer.sdk(await people(1)).clientTypes;
  await assert.rejects(open.assign({ name: 'new', action: 'add' }), { code: 'validation' });
  await assert.rejects(open.assign({ name: 'new', action: 'add', all: false }), { code: 'validation' });
});

test('who may not read customers cannot learn by counting whom a filter fits', async () => {
  const key = await people(3);
  const writer = await foyer.key(key, { scopes: ['customers:write'] });
  const { clientTypes } = foyer.sdk(writer);
  const call = { name: 'vip', action: 'add', dryRun: true } as const;
  await assert.rejects(clientTypes.assign({ ...call, all: true, search: 'pas1' }), { code: 'missing-scope' });
  assert.equal((await clientTypes.assign({ ...call, customerIds: [1] })).changed, 1);
});

test('who has as many as a customer may have gets no other, and is counted', async () => {
  const key = await people(2);
  const { clientTypes } = foyer.sdk(key);
  const many = Array.from({ length: 250 }, (_, at) => `tag ${at}`);
  await clientTypes.set({ customerId: 1, clienttypes: many });
  const assignment = { name: 'vip', action: 'add', all: true } as const;
  for (const dryRun of [true, false]) {
    const { selected, changed, full } = await clientTypes.assign({ ...assignment, dryRun });
    assert.deepEqual([selected, changed, full], [2, 1, 1]);
  }
  assert.deepEqual(await tagsOf(key), { 1: many, 2: ['vip'] });
  // Nor does it come back to one who has been given others meanwhile.
  const { undo } = await clientTypes.assign({ name: 'tag 0', action: 'remove', customerIds: [1] });
  await clientTypes.assign({ ...assignment, customerIds: [1] });
  const undone = await clientTypes.undoAssign({ name: 'tag 0', undo: undo ?? assert.fail() });
  assert.deepEqual([undone.selected, undone.changed, undone.full], [1, 0, 1]);
  assert.deepEqual(await tagsOf(key), { 1: [...many.slice(1), 'vip'], 2: ['vip'] });
  // One who has too many, of an earlier version, may lose some.
  const tooMany = JSON.stringify([...many, 'x', 'y']);
  await foyer.database.rows(
    `update customer set tags = '${tooMany}' where client_id = ${key.clientId} and customer_id = 1`,
  );
  const less = await clientTypes.assign({ name: 'tag 1', action: 'remove', customerIds: [1] });
  assert.deepEqual([less.changed, less.full], [1, 0]);
});
