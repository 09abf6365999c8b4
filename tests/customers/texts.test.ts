/** Invisible characters, and times that the clocks skip or show twice. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FoyerError } from '../../sdk/src/index.ts';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const person = { email: 'jan@x.example', customerFirstName: 'Jan', customerLastName: 'Bos' };

/** The violations of a call that must be refused. */
async function refused(call: Promise<unknown>): Promise<string[]> {
  const error = await call.then(
    () => assert.fail('accepted'),
    (thrown: unknown) => thrown,
  );
  assert(error instanceof FoyerError);
  return error.violations.map(({ field, code }) => `${field} ${code}`);
}

/** Each of them is invisible. */
const unseen = [
  ...'\u00ad\u034f\u115f\u1160\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2064\u2800\u3164\ufe0f\ufeff\uffa0\u0085\u009f\ufff9\u{13430}\u{1d159}',
];

test('characters that show nothing are no text', async () => {
  const { customers, clientTypes } = foyer.sdk(await foyer.client());
  await customers.create({ ...person, customerCity: 'Zwolle' });
  for (const text of [...unseen, unseen.join(' '), ` ${unseen.join('')}\n`]) {
    const about = JSON.stringify(text);
    assert.deepEqual(
      await refused(customers.create({ ...person, email: text, customerFirstName: text })),
      ['email required', 'customerFirstName required'],
      about,
    );
    assert.deepEqual(
      await refused(clientTypes.set({ customerId: 1, clienttypes: ['a', text] })),
      ['clienttypes.1 required'],
      about,
    );
    const { customerCity } = await customers.update({ customerId: 1, customerCity: text });
    assert.equal(customerCity, '', about);
    await customers.update({ customerId: 1, customerCity: 'Zwolle' });
  }
});

test('among others they stay as they were sent', async () => {
  const { customers } = foyer.sdk(await foyer.client());
  await customers.create(person);
  for (const text of ['a\u200bb', 'a\u00adb', '\u{1f469}\u200d\u{1f3ad}', 'a\u2060b', '\u2800a\u2800', 'नि\u200dत']) {
    assert.equal((await customers.update({ customerId: 1, customerCity: text })).customerCity, text);
  }
});

test('zero-width spaces around a text are trimmed, as all white space is', async () => {
  const { customers } = foyer.sdk(await foyer.client());
  for (const [at, edge] of ['\u200b', '\u00a0', '\ufeff', ' \u200b \ufeff\u200b\t'].entries()) {
    const email = `jan${at}@voorbeeld.example`;
    const made = await customers.create({
      ...person,
      email: `${edge}${email}${edge}`,
      customerCity: `${edge}Gouda${edge}`,
    });
    assert.deepEqual([made.email, made.customerCity], [email, 'Gouda']);
    assert.deepEqual(await customers.findByEmail({ email: `${email}${edge}` }), made);
  }
});

test('controls of the direction of writing are no text', async () => {
  const { customers } = foyer.sdk(await foyer.client());
  for (const control of '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069') {
    for (const text of [control, `a${control}b`, `${control}a`]) {
      assert.deepEqual(await refused(customers.create({ ...person, customerLastName: text })), [
        'customerLastName type',
      ]);
    }
  }
});

test('a time that does not exist is the earliest that it can mean, one that exists twice the first', async () => {
  for (const [timeZone, local, moment] of [
    ['Europe/Amsterdam', '2026-03-29T01:59:59', '2026-03-29T00:59:59Z'],
    ['Europe/Amsterdam', '2026-03-29T02:00:00', '2026-03-29T00:00:00Z'],
    ['Europe/Amsterdam', '2026-03-29T02:30:00', '2026-03-29T00:30:00Z'],
    ['Europe/Amsterdam', '2026-03-29T03:00:00', '2026-03-29T01:00:00Z'],
    ['Europe/Amsterdam', '2025-10-26T02:30:00', '2025-10-26T00:30:00Z'],
    ['Europe/Amsterdam', '2025-10-26T02:30:00+01:00', '2025-10-26T01:30:00Z'],
    ['Africa/Cairo', '2025-04-25', '2025-04-24T22:00:00Z'],
    ['America/New_York', '2026-03-08T02:15:00', '2026-03-08T06:15:00Z'],
  ] as const) {
    const key = await foyer.client({ timeZone });
    const { customers, exports } = foyer.sdk(key);
    for (const number of [1, 2, 3]) await customers.create({ ...person, email: `jan${number}@x.example` });
    const at = Date.parse(moment);
    for (const [number, ms] of [at - 1, at, at + 1].entries()) {
      await foyer.database.rows(
        `update customer set changed_at = ${ms} where client_id = ${key.clientId} and customer_id = ${number + 1}`,
      );
    }
    const since = async (changedSince: string) =>
      (await Array.fromAsync(exports.customers({ changedSince }))).map(({ customerId }) => customerId);
    assert.deepEqual(await since(local), [2, 3], `${local} in ${timeZone}`);
  }
});
