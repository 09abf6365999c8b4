/**
 * `customerCredit` and `customerPhone`: the contract's rules as a model, over texts and over the digits of JSON
 * numbers.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

let foyer: TestFoyer;
let key: TestKey;
before(async () => {
  foyer = await startFoyer();
  key = await foyer.client();
  await foyer.sdk(key).customers.create({ email: 'a@x.nl', customerFirstName: 'A', customerLastName: 'B' });
});
after(() => foyer[Symbol.asyncDispose]());

type Outcome = { value: string } | { codes: string[] };

/** The result of raw JSON in a field. */
async function write(name: string, json: string): Promise<Outcome> {
  const response = await foyer.fetch(key, '/customer/1', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: `{"${name}":${json}}`,
  });
  const answer = await response.json();
  assert([200, 422].includes(response.status), `${response.status} to ${json}`);
  if (response.status === 200) return { value: answer[name] };
  assert.deepEqual(
    answer.violations.map((violation: { field: string }) => violation.field),
    [name],
  );
  return { codes: answer.violations.map((violation: { code: string }) => violation.code) };
}

const isText = (json: string) => json.startsWith('"');
// biome-ignore lint/suspicious/noControlCharactersInRegex: the contract names them
const isRefused = (text: string) => /[\u0000-\u001f\u007f]/.test(text) || !text.isWellFormed();
const clean = (json: string): string => (isText(json) ? JSON.parse(json).trim().normalize('NFC') : json);

function creditOf(json: string): Outcome {
  const text = clean(json);
  if (isRefused(text)) return { codes: ['type'] };
  if (text === '') return { value: '0.00' };
  if (!/^-?[0-9]{1,8}(\.[0-9]{1,2})?$/.test(text)) return { codes: ['decimal'] };
  const [whole = '', decimals = ''] = text.replace('-', '').split('.');
  const amount = `${whole.replace(/^0+(?=\d)/, '')}.${decimals.padEnd(2, '0')}`;
  return { value: text.startsWith('-') && amount !== '0.00' ? `-${amount}` : amount };
}

function phoneOf(json: string): Outcome {
  const text = clean(json);
  if (isRefused(text)) return { codes: ['type'] };
  if (text === '') return { value: '' };
  // Neither negative nor a fraction; a whole number that is written with an exponent is `numeric`, as `1e5` is.
  if (!isText(json) && /[-.]/.test(json)) return { codes: ['type'] };
  return /^\+?[0-9]{1,20}$/.test(text) ? { value: text } : { codes: ['numeric'] };
}

const digits = (most: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: most });
/** Every number that JSON can express. */
const literal = fc
  .tuple(
    fc.constantFrom('', '', '-'),
    fc.oneof(
      fc.constant('0'),
      digits(23).map((text) => text.replace(/^0+(?=\d)/, '')),
    ),
    fc.oneof(
      fc.constant(''),
      fc.constant(''),
      digits(4).map((text) => `.${text}`),
    ),
    fc.constantFrom('', '', '', 'e5', 'E+2', 'e-2', 'e400'),
  )
  .map((parts) => parts.join(''));
const nearNumber = fc
  .string({ unit: fc.constantFrom(...'0123456789012345678.-+, eE٣３'), maxLength: 24 })
  .map((text) => JSON.stringify(text));
const spaced = fc
  .tuple(fc.constantFrom('', ' ', '\t\u00a0'), literal, fc.constantFrom('', ' ', '\n', '\u0000'))
  .map((parts) => JSON.stringify(parts.join('')));
const numbers = fc.oneof(literal, nearNumber, spaced);

test('customerCredit is exactly what the contract says, for texts and for the digits of numbers', async () => {
  const property = fc.asyncProperty(numbers, async (json) =>
    assert.deepEqual(await write('customerCredit', json), creditOf(json)),
  );
  await fc.assert(property, {
    numRuns: 400,
    examples: ['25.505', '"25,50"', '1e3', '12345678901234567890', '99999999.99', '100000000', '0.1'].map((json) => [
      json,
    ]),
  });
});

test('customerPhone is exactly what the contract says, for texts and for the digits of numbers', async () => {
  const property = fc.asyncProperty(numbers, async (json) => {
    const outcome = await write('customerPhone', json);
    // `-0` and `1e-2` could be told either way: they are refused.
    if (/^-0(?![.\d])|e-/.test(json)) return assert('codes' in outcome);
    assert.deepEqual(outcome, phoneOf(json));
  });
  await fc.assert(property, {
    numRuns: 400,
    examples: ['31612345678', '"+31612345678"', '12345678901234567890', '123456789012345678901'].map((json) => [json]),
  });
});

test('amounts of the contract, spelled out', async () => {
  for (const [json, value] of [
    ['25.50', '25.50'],
    ['25.5', '25.50'],
    ['25.10', '25.10'],
    ['0.29', '0.29'],
    ['-0', '0.00'],
    ['-0.00', '0.00'],
    ['-0.01', '-0.01'],
    ['"007.5"', '7.50'],
    ['99999999.99', '99999999.99'],
    ['"-99999999.99"', '-99999999.99'],
    ['null', '0.00'],
    ['"  "', '0.00'],
  ] as const) {
    assert.deepEqual(await write('customerCredit', json), { value }, json);
  }
  for (const json of [
    '"25,50"',
    '1e3',
    '"1e3"',
    '25.505',
    '25.500',
    '12345678901234567890',
    '100000000',
    '"+1"',
    '".5"',
    '"5."',
  ]) {
    assert.deepEqual(await write('customerCredit', json), { codes: ['decimal'] }, json);
  }
  for (const json of ['true', '[]', '{}', '[1]', '"1\\u00002"', '{"source":"1"}']) {
    assert.deepEqual(await write('customerCredit', json), { codes: ['type'] }, json);
  }
});

test('telephone numbers of the contract, spelled out', async () => {
  for (const [json, value] of [
    ['31612345678', '31612345678'],
    ['12345678901234567890', '12345678901234567890'],
    ['"+12345678901234567890"', '+12345678901234567890'],
    ['"0031 "', '0031'],
    ['0', '0'],
    ['null', ''],
  ] as const) {
    assert.deepEqual(await write('customerPhone', json), { value }, json);
  }
  for (const json of ['"06-1234"', '"1e5"', '1e5', '"+"', '"++1"', '"06 1234"', '123456789012345678901', '"٠٦"']) {
    assert.deepEqual(await write('customerPhone', json), { codes: ['numeric'] }, json);
  }
  for (const json of ['-1', '1.5', 'false', '["06"]', '{}']) {
    assert.deepEqual(await write('customerPhone', json), { codes: ['type'] }, json);
  }
});
