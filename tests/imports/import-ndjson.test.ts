/** NDJSON keeps to the types that the API takes, and what is refused of it can be mended. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';
import { customersByEmail, type ImportArguments, importFile, numbersOf } from '../harness/imports.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const person = (email: string) => ({ email, customerFirstName: 'Jan', customerLastName: 'Pas' });
const textOf = (...lines: (object | string)[]): string =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

async function imported(file: string, options: ImportArguments = {}) {
  const sdk = foyer.sdk(await foyer.client());
  const job = await importFile(sdk, file, options);
  assert.equal(job.error, null);
  const refused = await (await sdk.imports.refused(job)).text();
  return { sdk, numbers: numbersOf(job), refused: refused.split('\r\n').slice(0, -1) };
}

test('a value of a type that the API refuses is refused, and the rest of its line comes back', async () => {
  for (const wrong of [
    { customerFirstName: { nl: 'Jan' } },
    { customerLastName: true },
    { customerLastName: 5 },
    { customerCity: ['Zwolle'] },
    { customerZip: 8011 },
    { customerPhone: false },
    { customerPhone: -5 },
    { customerPhone: 6.5 },
    { customerPhone: [612345678] },
    { customerCredit: [1] },
    { customerExternalId: { id: 1 } },
    { email: ['b@x.nl'] },
    { customerTags: { a: 'vip' } },
    { customerTags: true },
    { customerTags: 7 },
    { customerTags: [7] },
  ]) {
    const what = JSON.stringify(wrong);
    const { numbers, refused } = await imported(textOf({ ...person('a@x.nl'), customerCountry: 'NL', ...wrong }));
    assert.deepEqual(numbers, { rowsRead: 1, refused: 1 }, what);
    assert.match(refused[1] ?? '', /;NL;/, what);
    assert.match(refused[1] ?? '', new RegExp(Object.keys(wrong)[0] ?? ''), what);
  }
});

test('what the API takes, null and members that are not read are taken', async () => {
  const { sdk, numbers } = await imported(
    textOf(
      { ...person('a@x.nl'), customerPhone: 31612345678, customerCredit: 25.5, customerTags: ['vip'], other: { a: 1 } },
      { ...person('b@x.nl'), customerPhone: '06-12345678', customerCredit: '25.50', customerTags: 'vip, friend' },
      { ...person('c@x.nl'), customerPhone: null, customerTags: null, customerExternalId: 1077, other: true },
    ),
  );
  assert.deepEqual(numbers, { rowsRead: 3, created: 3 });
  const all = await customersByEmail(sdk);
  assert.deepEqual([all.get('a@x.nl')?.customerPhone, all.get('a@x.nl')?.customerCredit], ['31612345678', '25.50']);
  assert.equal(all.get('c@x.nl')?.customerExternalId, '1077');
  // PHP writes an empty list as an object.
  const groups = [['vip'], {}, { vip: true }].map((value, at) => ({ ...person(`n${at}@x.nl`), groups: value }));
  const named = await imported(textOf(...groups), { setClienttypes: 'groups' });
  assert.deepEqual(named.numbers, { rowsRead: 3, created: 2, refused: 1 });
});

test('a line that cannot be read, or has a member too late, comes back with what it has', async () => {
  const lines: (object | string)[] = Array.from({ length: 1000 }, (_, at) => person(`n${at}@x.nl`));
  lines.push('{"email":"broken@x.nl",', { ...person('late@x.nl'), customerCity: 'Olst' });
  const { numbers, refused } = await imported(textOf(...lines));
  assert.deepEqual(numbers, { rowsRead: 1002, created: 1000, refused: 2 });
  const [head, broken, late] = refused;
  assert.equal(head, 'email;customerFirstName;customerLastName;error;row');
  assert.equal(broken, '"{""email"":""broken@x.nl"",";;;The line is not well-formed JSON.;1001');
  assert.match(late ?? '', /^late@x\.nl;Jan;Pas;The line has a member .*: customerCity\.;1002;customerCity: Olst$/);
});
