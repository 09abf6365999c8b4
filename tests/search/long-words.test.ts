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
