/** Which texts are e-mail addresses, and when two are the same. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { FoyerError } from '../../sdk/src/index.ts';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const person = { customerFirstName: 'A', customerLastName: 'B' };
/** A domain of exactly this many characters, in labels of at most 63. */
const domain = (length: number) => `${'d'.repeat(63)}.${'d'.repeat(63)}.${'d'.repeat(length - 128)}`;

const valid = [
  'a@b.nl',
  "first.o'brien+tag@sub.x-y.example",
  "!#$%&'*+/=?^_`{|}~-@x.nl",
  '0@1.nl',
  'почта@пример.рф',
  '用户@例子.测试',
  'हिन्दी@उदाहरण.भारत',
  'jan@xn--bcher-kva.example',
  'café@x.nl',
  `${'l'.repeat(64)}@x.nl`,
  `${'\u{1D49C}'.repeat(64)}@x.nl`,
  `${'l'.repeat(64)}@${domain(189)}`,
];
const invalid = [
  // They look like another.
  'twin\u034f@x.nl',
  'twin\ufe0f@x.nl',
  'a@x\u034fy.nl',
  'a',
  '@',
  'a@',
  '@x.nl',
  'a@nl',
  'a@.nl',
  'a@x.',
  'a@x..nl',
  'a@-x.nl',
  'a@x-.nl',
  'a@x_y.nl',
  'a@b@x.nl',
  'a b@x.nl',
  'a@x .nl',
  'a@x.nl b',
  'a\u00a0b@x.nl',
  'a\u3000@x.nl',
  '.a@x.nl',
  'a.@x.nl',
  'a..b@x.nl',
  '"a b"@x.nl',
  '"a"@x.nl',
  'a,b@x.nl',
  'a(b)@x.nl',
  '<a@x.nl>',
  'Jan <a@x.nl>',
  'mailto:a@x.nl',
  'a@[127.0.0.1]',
  'a;b@x.nl',
  'a\\b@x.nl',
  'a\u200bb@x.nl',
  '\u{1F600}@x.nl',
  `${'l'.repeat(65)}@x.nl`,
  `${'\u{1D49C}'.repeat(65)}@x.nl`,
  `${'l'.repeat(64)}@${domain(190)}`,
  `${'a@'.repeat(5000)}x.nl`,
];

test('takes dot-atoms of any script, to 64 and 254 characters; keeps them as typed', async () => {
  const { customers } = foyer.sdk(await foyer.client());
  for (const email of valid) {
    const made = await customers.create({ ...person, email: ` ${email}\n` });
    assert.equal(made.email, email.normalize('NFC'));
    assert.deepEqual(await customers.findByEmail({ email }), made);
  }
  assert.equal([...(valid.at(-1) ?? '')].length, 254);
});

test('refuses what is no address, in create, update and findByEmail', async () => {
  const { customers } = foyer.sdk(await foyer.client());
  await customers.create({ ...person, email: 'a@x.nl' });
  for (const email of invalid) {
    for (const call of [
      () => customers.create({ ...person, email }),
      () => customers.update({ customerId: 1, email }),
      () => customers.findByEmail({ email }),
    ]) {
      const error = await call()
        .then(() => assert.fail(`${email} was accepted`))
        .catch((thrown: unknown) => thrown);
      assert(error instanceof FoyerError, String(error));
      assert.deepEqual(
        error.violations.map(({ field, code }) => [field, code]),
        [['email', 'email']],
        email,
      );
    }
  }
  const { email } = await customers.get({ customerId: 1 });
  assert.equal(email, 'a@x.nl');
});

test('findByEmail needs an address: 422 for none, for what is no text, 404 for that of nobody', async () => {
  const key = await foyer.client();
  for (const [body, code] of [
    ['{}', 'required'],
    ['{"email":null}', 'required'],
    ['{"email":" "}', 'required'],
    ['{"email":1}', 'type'],
    ['{"email":["a@x.nl"]}', 'type'],
    ['{"email":"a\\u0000@x.nl"}', 'type'],
  ] as const) {
    const headers = { 'content-type': 'application/json' };
    const response = await foyer.fetch(key, '/customer/findByEmail', { method: 'POST', headers, body });
    assert.equal(response.status, 422, body);
    assert.equal((await response.json()).violations[0].code, code, body);
  }
  await assert.rejects(foyer.sdk(key).customers.findByEmail({ email: 'a@x.nl' }), { code: 'not-found', status: 404 });
});

test('an address is the same whatever its case, for every address', async () => {
  const key = await foyer.client();
  const { customers } = foyer.sdk(key);
  const letter = fc.constantFrom(...'abzéñøþžæœəабяёαωςσήհ𐐨ǆ');
  const local = fc.string({ unit: letter, minLength: 1, maxLength: 12 });
  let count = 0;
  const property = fc.asyncProperty(local, async (text) => {
    count += 1;
    const email = `${text}.${count}@x.nl`;
    const upper = email.toUpperCase();
    const made = await customers.create({ ...person, email });
    for (const other of [upper, upper.toLowerCase(), ` ${email} `, email.normalize('NFD')]) {
      assert.equal((await customers.findByEmail({ email: other })).customerId, made.customerId, other);
      await assert.rejects(customers.create({ ...person, email: other }), (error: FoyerError) => {
        const { field, code, customerId } = error.violations[0] ?? {};
        assert.deepEqual([field, code, customerId], ['email', 'taken', made.customerId]);
        return true;
      });
    }
    assert.equal((await customers.update({ customerId: made.customerId, email: upper })).email, upper);
  });
  await fc.assert(property, { numRuns: 100 });
});

test('case is folded letter by letter, never into other letters', async () => {
  const key = await foyer.client();
  const { customers, clientTypes, exports } = foyer.sdk(key);
  const pairs = [
    ['strauß@x.example', 'strauss@x.example'],
    ['ﬁn@x.example', 'fin@x.example'],
    ['jan@straße.example', 'jan@strasse.example'],
    ['ıx@x.example', 'ix@x.example'],
  ] as const;
  for (const pair of pairs) {
    const ids: number[] = [];
    for (const email of pair) ids.push((await customers.create({ ...person, email })).customerId);
    for (const [at, email] of pair.entries()) {
      assert.equal((await customers.findByEmail({ email })).customerId, ids[at], email);
    }
  }
  assert.equal((await customers.findByEmail({ email: 'STRAUẞ@x.example' })).email, 'strauß@x.example');
  await clientTypes.set({ customerId: 1, clienttypes: ['Straße', 'Strasse', 'STRAẞE'] });
  assert.deepEqual(await exports.clientTypes(), ['Strasse', 'Straße']);
});

test('the two spellings of an international domain are one mailbox', async () => {
  const { customers } = foyer.sdk(await foyer.client());
  for (const [email, ...others] of [
    ['jan@münchen.example', 'jan@xn--mnchen-3ya.example', 'JAN@XN--MNCHEN-3YA.example', 'jan@MÜNCHEN.example'],
    ['jan@xn--e1afmkfd.xn--p1ai', 'jan@пример.рф', 'Jan@ПРИМЕР.РФ'],
  ] as const) {
    const made = await customers.create({ ...person, email });
    assert.equal(made.email, email, 'kept as typed');
    for (const other of others) {
      assert.equal((await customers.findByEmail({ email: other })).customerId, made.customerId, other);
      await assert.rejects(customers.create({ ...person, email: other }), { code: 'validation' });
      assert.equal((await customers.update({ customerId: made.customerId, email: other })).email, other);
    }
  }
  // Digits are not an international domain, even if they could be an IP address.
  await customers.create({ ...person, email: 'a@1.2' });
  await customers.create({ ...person, email: 'a@1.0.0.2' });
});
