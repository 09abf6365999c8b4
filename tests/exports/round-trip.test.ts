/** There and back: what Foyer exports can be imported as it is, and what was changed in between is not overwritten. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { Customer, Foyer } from '../../sdk/src/index.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { customersByEmail, importFile, numbersOf } from '../harness/imports.ts';
import { anyText } from '../harness/texts.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const formats = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
  'csv for Excel': 'text/csv; dialect=excel',
  xlsx: XLSX,
} as const;

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

async function exported(key: TestKey, accept: string): Promise<Blob> {
  const response = await foyer.fetch(key, '/export/customers', { method: 'POST', headers: { accept } });
  assert.equal(response.status, 200);
  return new Blob([await response.arrayBuffer()]);
}

/** Names of people, and what spreadsheets, CSV and XML stumble over. */
const awkward = fc.constantFrom(
  '=1+1',
  '+x',
  '-5',
  '@home',
  "'=x",
  "''-x",
  "'t Hooft",
  '"quoted"',
  'a;b',
  'a,b',
  'a|b',
  '<b>&amp;',
  ']]>',
  '_x0041_',
  '\uffff',
  '[not json',
  '1e3',
  '00123',
  "'00123",
  '="00123"',
  '8,71E+12',
  '1.10',
  'TRUE',
  '2026-04-22',
  'null',
  '\u00a0x',
  'zero\u200bwidth',
  '😀',
  'Łódź',
  '{}',
  '#N/A',
  'sep=;',
);
const text = (max: number) =>
  fc
    .oneof(awkward, fc.string({ unit: 'grapheme', maxLength: 12 }), anyText(8))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the rules allow none of these
    .filter((value) => value.isWellFormed() && !/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/.test(value))
    .map((value) => [...value.normalize('NFC')].slice(0, max).join('').normalize('NFC'));
const optional = (max: number) => fc.oneof(fc.constant(''), text(max));
const required = (max: number) => text(max).map((value) => `N${value}`.slice(0, max));

const customer = fc.record({
  customerFirstName: required(200),
  customerLastName: required(200),
  customerSalutation: fc.constantFrom('', 'M', 'F', 'V', '=', "'"),
  customerPreposition: optional(200),
  customerAddress: optional(200),
  customerHouseNr: optional(15),
  customerZip: optional(9),
  customerCity: optional(200),
  customerCountry: optional(200),
  customerPhone: fc.oneof(fc.constant(''), fc.stringMatching(/^\+?\d{1,20}$/)),
  customerCredit: fc.stringMatching(/^-?\d{1,8}(\.\d{1,2})?$/),
  externalId: optional(100),
  /** What an address begins with. */
  mailbox: fc.constantFrom('', '=', '+', '-', "'", "'=", '{', 'é', '1e3'),
  tags: fc.uniqueArray(
    text(40).map((name) => `t${name}`),
    { maxLength: 3, selector: (name) => name.toLowerCase() },
  ),
});

async function make(
  sdk: Foyer,
  all: readonly (typeof customer extends fc.Arbitrary<infer C> ? C : never)[],
): Promise<void> {
  const references = new Set(['']);
  for (const [at, { tags, externalId, mailbox, ...fields }] of all.entries()) {
    // A reference belongs to one customer only.
    const isNew = !references.has(externalId);
    references.add(externalId);
    const reference = isNew ? { customerExternalId: externalId } : {};
    const { customerId } = await sdk.customers.create({ ...fields, ...reference, email: `${mailbox}c${at}+=@x.nl` });
    if (tags.length > 0) await sdk.clientTypes.set({ customerId, clienttypes: tags });
  }
}

describe('an export that is imported into an empty client gives the same customers', () => {
  for (const [name, accept] of Object.entries(formats)) {
    test(`as ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(customer, { minLength: 30, maxLength: 60 }), async (all) => {
          const from = await foyer.client();
          await make(foyer.sdk(from), all);
          const into = foyer.sdk(await foyer.client());
          const job = await importFile(into, await exported(from, accept));
          assert.deepEqual([job.state, job.refused, job.created], ['done', 0, all.length]);
          assert.deepEqual(await customersByEmail(into), await customersByEmail(foyer.sdk(from)));
        }),
        { numRuns: 3, seed: 20260422 },
      );
    });
  }
});

describe('an export that is changed in a spreadsheet and imported', () => {
  const person = { customerFirstName: 'Jan', customerLastName: 'Pas' };

  for (const [name, accept] of Object.entries({ csv: 'text/csv', 'csv for Excel': 'text/csv; dialect=excel' })) {
    test(`changes what was changed, as ${name}; what changed meanwhile is a conflict, unless asked`, async () => {
      const key = await foyer.client();
      const sdk = foyer.sdk(key);
      for (let at = 0; at < 5; at += 1)
        await sdk.customers.create({ ...person, email: `c${at}@x.nl`, customerCity: 'Olst' });
      const file = await (await exported(key, accept)).text();
      const unchanged = await importFile(sdk, file);
      assert.deepEqual(numbersOf(unchanged), { rowsRead: 5, unchanged: 5 });
      // Times of changes are shown in seconds.
      await new Promise((resolve) => setTimeout(resolve, 1100));
      await sdk.customers.update({ customerId: 2, customerCity: 'Raalte' });
      const edited = file.replaceAll('Olst', 'Zwolle').replace('c0@x.nl', 'new@x.nl');
      const preview = await sdk.imports.preview({ file: edited });
      assert.deepEqual(
        preview.rows.map(({ customerId, outcome }) => [customerId, outcome]),
        [
          [1, 'updated'],
          [2, 'conflict'],
          [3, 'updated'],
          [4, 'updated'],
          [5, 'updated'],
        ],
      );
      assert.deepEqual(preview.rows[0]?.changed, {
        email: { before: 'c0@x.nl', after: 'new@x.nl' },
        customerCity: { before: 'Olst', after: 'Zwolle' },
      });
      const job = await importFile(sdk, edited);
      assert.deepEqual(numbersOf(job), { rowsRead: 5, updated: 4, refused: 1, conflicts: 1 });
      assert.equal((await sdk.customers.get({ customerId: 2 })).customerCity, 'Raalte');
      assert.equal((await sdk.customers.get({ customerId: 1 })).email, 'new@x.nl');
      const refused = await (await sdk.imports.refused(job)).text();
      assert.match(refused, /Customer 2 was changed at .*after this export/);
      await importFile(sdk, refused, { overwrite: true });
      assert.equal((await sdk.customers.get({ customerId: 2 })).customerCity, 'Zwolle');
    });
  }
});

test('in an export for Excel no cell is a formula, and telephone numbers stay what they are', async () => {
  const key = await foyer.client();
  const names: Partial<Customer> = {
    customerFirstName: '=HYPERLINK("http://evil.example")',
    customerLastName: '@SUM(1)',
    customerCity: "'=x",
    customerZip: '-1',
    customerPhone: '+31612345678',
  };
  await foyer
    .sdk(key)
    .customers.create({ ...(names as { customerFirstName: string; customerLastName: string }), email: 'a@x.nl' });
  const response = await foyer.fetch(key, '/export/customers', {
    method: 'POST',
    headers: { accept: 'text/csv; dialect=excel' },
  });
  assert.equal(response.headers.get('content-type'), 'text/csv; charset=utf-8; header=present; dialect=excel');
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.equal(bytes.subarray(0, 3).toString('hex'), 'efbbbf');
  const [head, row] = bytes.toString('utf8').slice(1).split('\r\n');
  assert.match(head ?? '', /^customerId;customerExternalId;email;/);
  assert.match(
    row ?? '',
    /^1;;a@x\.nl;;"'=HYPERLINK\(""http:\/\/evil\.example""\)";'@SUM\(1\);;;;'-1;''=x;;\+31612345678;0\.00;/,
  );
});
