import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFoyer } from '../harness/foyer.ts';
import { untilIndexed, whenAvailable } from '../harness/search-index.ts';

/** Of two code units. Words are cut after 64: within it. */
const LETTER = '𠀀';
const START = 'a'.repeat(63);

test('a word that would be cut within a letter is found, and holds nobody else up', async () => {
  await using foyer = await startFoyer();
  const { customers } = foyer.sdk(await foyer.client());
  const person = (at: number, customerLastName: string) =>
    customers.create({ email: `c${at}@x.nl`, customerFirstName: 'Jan', customerLastName });
  await person(1, `${START}${LETTER}b`);
  await person(2, 'Pas');
  await untilIndexed(foyer.database);
  for (const text of ['pas', START, `${START}${LETTER}`, `${START}${LETTER}b`]) {
    assert.equal((await whenAvailable(() => customers.search(text))).count, 1, text);
  }
});

test('a name in letters of two code units is found by initials and with an error, and stops nobody', async () => {
  await using foyer = await startFoyer();
  const { customers } = foyer.sdk(await foyer.client());
  const customer = {
    email: 'c1@x.nl',
    customerFirstName: 'Jan',
    customerPreposition: '𞤢 𞤣',
    customerLastName: '𞤢𞤣𞤤𞤥𞤦𞤧𞤨𞤩',
  };
  await customers.create(customer);
  await customers.create({ email: 'c2@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' });
  for (const state of ['at once', 'when the index has them']) {
    if (state !== 'at once') await untilIndexed(foyer.database);
    for (const text of ['pas', '𞤢𞤣𞤢𞤣𞤤', '𞤢𞤣𞤤𞤥', '𞤢𞤣𞤤𞤥𞤦𞤧𞤨𞤨', '𞤢𞤣𞤣𞤥𞤦𞤧𞤨𞤨', '𞤢𞤣𞤤𞤦']) {
      assert.equal((await whenAvailable(() => customers.search(text))).count, 1, `${text} ${state}`);
    }
    assert.equal((await whenAvailable(() => customers.search('𞤪𞤫𞤬𞤭𞤮'))).count, 0);
  }
});

test('names as long as they may be come in their order, and stop nobody', async () => {
  await using foyer = await startFoyer();
  const sdk = foyer.sdk(await foyer.client());
  const { customers } = sdk;
  const long = LETTER.repeat(255);
  for (let at = 1; at <= 3; at += 1) {
    await customers.create({ email: `c${at}@x.nl`, customerFirstName: randomLetters(255), customerLastName: long });
  }
  await customers.create({ email: 'c4@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' });
  for (const state of ['at once', 'when the index has them']) {
    if (state !== 'at once') await untilIndexed(foyer.database);
    const page = () => Array.fromAsync(customers.list({ sort: 'name', limit: 1 }), ({ customerId }) => customerId);
    assert.deepEqual(await whenAvailable(page), [4, 1, 2, 3], state);
  }
});

/** Letters of four bytes, no two alike: a database cannot compress them. */
const randomLetters = (count: number): string =>
  String.fromCodePoint(...Array.from({ length: count }, (_, at) => 0x20000 + ((at * 7919) % 40_000)));
