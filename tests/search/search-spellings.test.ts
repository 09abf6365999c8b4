/** However people type a name or a number, it is found before the index has it, and afterwards. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Foyer } from '../../sdk/src/index.ts';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';
import { untilIndexed, whenAvailable } from '../harness/search-index.ts';

const customers = [
  { customerFirstName: 'Ann', customerLastName: 'Peeters', customerPhone: '+32470123456' },
  { customerFirstName: 'Bo', customerLastName: 'Kok', customerPhone: '0655500004' },
  { customerFirstName: 'Carla', customerLastName: "Sant'Anna Silva" },
  { customerFirstName: 'Dirk', customerLastName: 'Vos-de Wael' },
  { customerFirstName: 'Els', customerLastName: 'Jansen-van der Meer' },
  { customerFirstName: 'Frits', customerPreposition: 'van den', customerLastName: 'Berg' },
  { customerFirstName: 'Đorđe', customerLastName: 'Popov' },
  { customerFirstName: 'Guus', customerLastName: 'Zee', customerPhone: '31655500005' },
  { customerFirstName: 'Hein', customerLastName: 'Vandenberghe', email: 'x\ufe70y@kn.example' },
  { customerFirstName: 'Ida', customerLastName: 'Devries', email: 'jan.jansen@kn.example' },
  { customerFirstName: 'Jaap', customerLastName: 'van der Molen' },
  { customerFirstName: 'Kim', customerLastName: 'Bos', customerPhone: '0612345678', customerHouseNr: '12' },
];
const typed: readonly (readonly [text: string, customerId: number])[] = [
  ['32470123456', 1],
  ['0470123456', 1],
  ['31655500004', 2],
  ['santanna', 3],
  ['annasilva', 3],
  ['dewael', 4],
  ['vandermeer', 5],
  ['dermeer', 5],
  ['vd berg', 6],
  ['vdberg', 6],
  ['djordje', 7],
  ['dorde', 7],
  ['0655500005', 8],
  ['+31655500005', 8],
  ['x\ufe70y@kn.example', 9],
  ['van den berghe', 9],
  ['hein van den b', 9],
  ['de vries', 10],
  ['Ida Devries <jan.jansen@kn.example>', 10],
  ['Jan Jansen <jan.jansen@kn.example>', 10],
  ['<jan.jansen@kn.example>', 10],
  ['jan.jansen@kn.example,', 10],
  ['jan.jansen@kn.example;', 10],
  ['mailto:jan.jansen@kn.example', 10],
  ['"jan.jansen@kn', 10],
  ['vd molen', 11],
  ['vdmolen', 11],
  ['0612345678 12', 12],
  ['06 1234 5678', 12],
  ['12 0612345678', 12],
];

let foyer: TestFoyer;
let sdk: Foyer;
before(async () => {
  foyer = await startFoyer();
  sdk = foyer.sdk(await foyer.client());
  for (const [at, customer] of customers.entries())
    await sdk.customers.create({ email: `c${at}@x.example`, ...customer });
});
after(() => foyer[Symbol.asyncDispose]());

for (const state of ['at once', 'when the index has them'] as const) {
  test(`${state}, each is found by what is typed`, async () => {
    if (state === 'when the index has them') await untilIndexed(foyer.database);
    for (const [text, customerId] of typed) {
      const { customers: found, count } = await whenAvailable(() => sdk.customers.search(text));
      assert.deepEqual([text, found[0]?.customerId, count], [text, customerId, 1]);
    }
  });
}

test('what looks like a country may be the beginning of a number: 0316 is not +31', async () => {
  const other = foyer.sdk(await foyer.client());
  const base = { customerFirstName: 'A', customerLastName: 'B' };
  await other.customers.create({ ...base, email: 'a@x.example', customerPhone: '0314312345' });
  assert.equal((await other.customers.search('0314312345')).count, 1);
  assert.equal((await other.customers.search('314312345')).count, 1);
});
