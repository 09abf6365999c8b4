/** The cache of the search agrees with the tables, whoever wrote in the meantime, and however much. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Foyer } from '../../sdk/src/index.ts';
import { connect } from '../../server/src/db/connect.ts';
import { Store } from '../../server/src/db/store.ts';
import { createCustomer } from '../../server/src/features/customers/writes.ts';
import { makeCustomers } from '../harness/customers.ts';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';
import { untilIndexed } from '../harness/search-index.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const countOf = async ({ customers }: Foyer, text: string, filters = {}) =>
  (await customers.search(text, filters)).count;

test('few, many and very many changes between two searches are all seen by the second', async () => {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  let made = 0;
  let moved = 0;
  const expected = async () => {
    assert.equal(await countOf(sdk, 'jansen'), made);
    assert.equal(await countOf(sdk, 'jan'), made);
    assert.equal(await countOf(sdk, 'zwolle'), moved);
    assert.equal(await countOf(sdk, 'jansen', { city: 'Zwolle', hasPhone: false }), moved);
  };
  await expected();
  for (const count of [1, 50, 400, 2500, 1]) {
    const some = Array.from({ length: count }, (_, index) => ({
      email: `j${made + index}@x.example`,
      customerFirstName: 'Eva',
      customerLastName: 'Jansen',
    }));
    await makeCustomers(foyer.app.store, key.clientId, some);
    made += count;
    await expected();
    const next = moved + 1;
    await sdk.customers.update({ customerId: next, customerCity: 'Zwolle' });
    moved = next;
    await expected();
  }
});

test('a name and one letter find the same customers each time, in order, whatever has been read before', async () => {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  const lastNames = ['Vos', 'Jansen', 'Vermeer', 'Bos'];
  const cities = ['Venlo', 'Zwolle', 'Breda'];
  const all = Array.from({ length: 4000 }, (_, at) => ({
    email: `c${at}@x.example`,
    customerFirstName: at % 80 === 0 ? 'Marieke' : 'Eva',
    customerLastName: lastNames[at % 4] as string,
    customerCity: cities[at % 3] as string,
  }));
  await makeCustomers(foyer.app.store, key.clientId, all);
  await untilIndexed(foyer.database);
  // The earliest first, as numbers of customers.
  const order = all.map((_, at) => at + 1);
  const rankOf = (customerId: number, letter: string): number => {
    const { customerFirstName, customerLastName, customerCity } = all[customerId - 1] as (typeof all)[0];
    if (customerFirstName !== 'Marieke') return 0;
    return customerLastName.startsWith(letter) ? 1 : customerCity.startsWith(letter) ? 2 : 0;
  };
  for (const [at, letter] of ['V', 'J', 'B'].entries()) {
    for (let round = 1; round <= 4; round += 1) {
      const latestFirst = order.toReversed();
      const expected = [1, 2].flatMap((rank) => latestFirst.filter((id) => rankOf(id, letter) === rank));
      const { customers, count } = await sdk.customers.search(`marieke ${letter}`, { limit: 100 });
      assert.deepEqual(
        customers.map(({ customerId }) => customerId),
        expected,
      );
      assert.equal(count, expected.length);
      // One comes, one goes, and one gets another rank.
      const place = at * 12 + round;
      for (const [index, change] of [
        [place, { customerFirstName: 'Marieke', customerLastName: `${letter}isser` }],
        [place * 80 + 1600, { customerFirstName: 'Eva' }],
        [place * 80, { customerLastName: round % 2 === 0 ? `${letter}ink` : 'Smit' }],
      ] as const) {
        Object.assign(all[index] as object, change);
        await sdk.customers.update({ customerId: index + 1, ...change });
        order.splice(order.indexOf(index + 1), 1);
        order.push(index + 1);
      }
    }
  }
});

test('who changes moves to the front of what is remembered, and stands nowhere else', async () => {
  const { customers } = foyer.sdk(await foyer.client());
  for (let number = 1; number <= 6; number += 1) {
    await customers.create({ email: `v${number}@x.example`, customerFirstName: 'Eva', customerLastName: 'Vos' });
  }
  let order = [6, 5, 4, 3, 2, 1];
  for (const changed of [3, 1, 3, 6]) {
    for (const query of [{ sort: '-lastChanged' }, { search: 'vos' }, { search: 'eva', limit: 2 }] as const) {
      const found = await Array.fromAsync(customers.list(query));
      assert.deepEqual(
        found.map(({ customerId }) => customerId),
        order,
      );
    }
    await customers.update({ customerId: changed, customerCity: `Stad ${order.join('')}` });
    order = [changed, ...order.filter((id) => id !== changed)];
  }
});

test('what another process writes is seen at once', async () => {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  assert.equal(await countOf(sdk, 'ander'), 0);
  const other = new Store(await connect(foyer.database.config));
  const principal = { clientId: key.clientId, actor: { kind: 'command', id: null } } as const;
  for (let number = 1; number <= 3; number += 1) {
    const values = { email: `a${number}@x.example`, customerFirstName: 'An', customerLastName: 'Ander' };
    await other.write(principal, (tx) => createCustomer(tx, values));
    assert.equal(await countOf(sdk, 'ander'), number);
  }
  await other.close();
});

test('one client never finds the customers of another', async () => {
  const [mine, theirs] = [foyer.sdk(await foyer.client()), foyer.sdk(await foyer.client())];
  await mine.customers.create({ email: 'only@x.example', customerFirstName: 'Only', customerLastName: 'Mine' });
  assert.equal(await countOf(mine, 'mine'), 1);
  assert.equal(await countOf(theirs, 'mine'), 0);
  assert.equal(await countOf(theirs, 'only@x.example'), 0);
  assert.deepEqual(await Array.fromAsync(theirs.customers.list()), []);
});

test('searches at the same time, with writes between them, answer alike afterwards', async () => {
  const sdk = foyer.sdk(await foyer.client());
  const texts = ['jan', 'eva', 'zw', 'jansen eva', 'x.example', 'e'];
  for (let round = 0; round < 5; round += 1) {
    await Promise.all([
      ...texts.map((text) => countOf(sdk, text)),
      ...Array.from({ length: 40 }, (_, index) =>
        sdk.customers.create({
          email: `r${round}-${index}@x.example`,
          customerFirstName: 'Eva',
          customerLastName: index % 2 ? 'Jansen' : 'Jacobs',
          customerCity: index % 4 ? 'Zwolle' : '',
        }),
      ),
      ...texts.map((text) => countOf(sdk, text)),
    ]);
    const all = (round + 1) * 40;
    assert.deepEqual(await Promise.all(texts.map((text) => countOf(sdk, text))), [
      all / 2,
      all,
      (all * 3) / 4,
      all / 2,
      all,
      all,
    ]);
  }
});
