/** What a caller may write in each field, as properties over arbitrary values. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { customerInput } from '../../sdk/src/contract/customers.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { anyText } from '../harness/texts.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

type Name = keyof typeof customerInput;
const names = Object.keys(customerInput) as Name[];
const runs = { numRuns: 200 };

let made = 0;
const newcomer = () => {
  made += 1;
  return { email: `c${made}@x.nl`, customerFirstName: 'A', customerLastName: 'B' };
};

/** Sends a body in which one member may be raw JSON text, such as a number with digits of its own. */
async function send(key: TestKey, path: string, body: object, raw?: readonly [name: string, json: string]) {
  const { [raw?.[0] ?? '']: _, ...rest } = body as Record<string, unknown>;
  const members = Object.entries(rest).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  if (raw) members.push(`${JSON.stringify(raw[0])}:${raw[1]}`);
  const response = await foyer.fetch(key, path, {
    method: path === '/customer' ? 'POST' : 'PUT',
    headers: { 'content-type': 'application/json' },
    body: `{${members.join(',')}}`,
  });
  return { status: response.status, answer: await response.json() };
}

/** The order of changes shows what `lastChanged`, with its seconds, cannot: whether anything was written. */
async function changeOrder(key: TestKey): Promise<number[]> {
  const order: number[] = [];
  for await (const { customerId } of foyer.sdk(key).exports.customers()) order.push(customerId);
  return order;
}

const units = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 8 });
const marked = fc.string({
  unit: fc.constantFrom('e', '\u0301', 'ſ', 'Å', '\u{1F600}', ' ', '\u00a0', 'ﬁ'),
  maxLength: 270,
});
const anyJson = fc
  .oneof(
    fc.jsonValue(),
    anyText(300),
    units,
    marked,
    fc.stringMatching(/^\s?[+-]?[0-9]{0,21}(\.[0-9]{0,3})?\s?$/),
    fc.emailAddress(),
    fc.constantFrom(
      null,
      '',
      ' \u3000\t\n',
      '0',
      -0,
      1e21,
      1e-7,
      true,
      [],
      {},
      '\u0000',
      '\ud800',
      'a\u007fb',
      '\ufeff',
    ),
  )
  .map((value) => JSON.stringify(value));

const cleaned = (text: string) => {
  const trimmed = text.replaceAll(/^[\s\u200b]+|[\s\u200b]+$/g, '').normalize('NFC');
  return /^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u.test(trimmed) ? '' : trimmed;
};
const empty = (name: Name) => (name === 'customerExternalId' ? null : name === 'customerCredit' ? '0.00' : '');

/** How an accepted value comes back. */
function assertNormalised(name: Name, json: string, back: unknown): void {
  const sent = JSON.parse(json);
  const text = typeof sent === 'number' ? json : (sent ?? '');
  assert.equal(typeof text, 'string', 'only texts, numbers and null are accepted');
  const clean = cleaned(text);
  if (clean === '') {
    assert.equal(back, empty(name));
  } else if (name === 'customerCredit') {
    assert.match(String(back), /^-?(0|[1-9]\d{0,7})\.\d\d$/);
    assert.equal(BigInt(String(back).replace('.', '')), centsOf(clean));
  } else {
    assert.equal(back, clean);
  }
}

const centsOf = (text: string): bigint => {
  const [whole = '', decimals = ''] = text.replace('-', '').split('.');
  return BigInt(`${whole}${decimals.padEnd(2, '0')}`) * (text.startsWith('-') ? -1n : 1n);
};

test('create takes any JSON value in any field, or names the field in a 422', async () => {
  const key = await foyer.client();
  const property = fc.asyncProperty(fc.constantFrom(...names), anyJson, async (name, json) => {
    const { status, answer } = await send(key, '/customer', newcomer(), [name, json]);
    if (status === 422) return assert.deepEqual(Object.keys(answer.errors), [name]);
    assert.equal(status, 201);
    assertNormalised(name, json, answer[name]);
    assert.deepEqual(await foyer.sdk(key).customers.get({ customerId: answer.customerId }), answer);
  });
  await fc.assert(property, runs);
});

test('update takes any JSON value in any field, or names the field in a 422 and stores nothing', async () => {
  const key = await foyer.client();
  const { customers } = foyer.sdk(key);
  await customers.create(newcomer());
  await customers.create(newcomer());
  const property = fc.asyncProperty(fc.constantFrom(...names), anyJson, fc.uuid(), async (name, json, city) => {
    const before = await customers.get({ customerId: 1 });
    const { status, answer } = await send(key, '/customer/1', {}, [name, json]);
    const after = await customers.get({ customerId: 1 });
    if (status === 422) {
      assert.deepEqual(Object.keys(answer.errors), [name]);
      return assert.deepEqual(after, before);
    }
    assert.equal(status, 200);
    assertNormalised(name, json, answer[name]);
    assert.deepEqual(after, answer);
    assert.deepEqual({ ...after, [name]: 0, lastChanged: 0 }, { ...before, [name]: 0, lastChanged: 0 });

    // The other customer changes last; sending an answer back changes nothing, so it stays the last.
    await customers.update({ customerId: 2, customerCity: city });
    assert.deepEqual((await send(key, '/customer/1', answer)).answer, answer);
    assert.deepEqual(await changeOrder(key), [1, 2]);
  });
  await fc.assert(property, runs);
});

test('lengths count code points, after trimming and NFC', async () => {
  const key = await foyer.client();
  const limited = names.flatMap((name) => {
    const field = customerInput[name];
    const limit = 'max' in field ? field.max : 'length' in field ? field.length : 0;
    return limit === 0 ? [] : [{ name, limit, code: 'length' in field ? 'length' : 'max' }];
  });
  assert.equal(limited.length, 10);
  const unit = fc.constantFrom(
    'a',
    '\u{1F3AD}',
    '\u{1D49C}',
    'e\u0301',
    'q\u0301',
    '\u1100\u1161\u11a8',
    '\u0344',
    '\u0958',
  );
  const space = fc.constantFrom('', ' ', '\n\u00a0', '\u3000'.repeat(300));
  const property = fc.asyncProperty(
    fc.constantFrom(...limited),
    unit,
    fc.integer({ min: -1, max: 2 }),
    fc.tuple(space, space),
    async ({ name, limit, code }, of, over, [left, right]) => {
      const sentUnits = Math.max(1, Math.ceil((limit + over) / [...of.normalize('NFC')].length));
      const text = of.repeat(sentUnits);
      const length = [...text.normalize('NFC')].length;
      const isRight = code === 'length' ? length === limit : length <= limit;
      const body = { ...newcomer(), customerExternalId: null, [name]: `${left}${text}${right}` };
      const { status, answer } = await send(key, '/customer', body);
      if (status === 422 && answer.violations[0].code === 'taken') return;
      assert.equal(status, isRight ? 201 : 422, `${length} code points in ${name}`);
      if (isRight) assert.equal(answer[name], text.normalize('NFC'));
      else assert.deepEqual([answer.violations[0].field, answer.violations[0].code], [name, code]);
    },
  );
  await fc.assert(property, runs);
});
