/** What a workbook shows and what it holds are two things: nothing of it is lost without being told. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Foyer } from '../../sdk/src/index.ts';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';
import { customersByEmail, importFile, numbersOf } from '../harness/imports.ts';
import { rowOf, sheetOf, workbook } from '../harness/workbook.ts';

let foyer: TestFoyer;
let sdk: Foyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const head = rowOf('email', 'voornaam', 'achternaam', 'postcode', 'telefoon');
const rowWith = (email: string, ...more: string[]): string =>
  rowOf(email, 'A', 'B').replace('</row>', `${more.join('')}</row>`);

/** The relations of a workbook with more parts. */
const relations = (more: string): Record<string, string> => ({
  'xl/_rels/workbook.xml.rels':
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' +
    `<Relationship Id="r1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>${more}</Relationships>`,
});

/** A workbook whose cell styles have these number formats. */
const styled = (rows: string, codes: readonly string[]): Promise<Blob> => {
  const formats = codes.map((code, at) => `<numFmt numFmtId="${200 + at}" formatCode="${code}"/>`).join('');
  const styles = codes.map((_, at) => `<xf numFmtId="${200 + at}"/>`).join('');
  return workbook(sheetOf(head + rows), {
    ...relations(`<Relationship Id="r3" Type="${OFFICE}/styles" Target="styles.xml"/>`),
    'xl/styles.xml': `<styleSheet><numFmts>${formats}</numFmts><cellXfs>${styles}</cellXfs></styleSheet>`,
  });
};

test('a formula whose value was never stored is no empty cell', async () => {
  sdk = foyer.sdk(await foyer.client());
  const rows = [
    rowWith('a@x.nl', '<c><f>A1</f></c>'),
    rowWith('b@x.nl', '<c><f>A1</f><v/></c>'),
    rowWith('c@x.nl', '<c t="str"><f>A1</f><v></v></c>'),
    rowWith('d@x.nl', '<c><f>1000+11</f><v>1011</v></c>'),
    rowWith('e@x.nl', '<c/>', '<c/>', '<c><f>A1</f></c>'),
    '<row><c><f>A1</f></c></row>',
  ];
  const job = await importFile(sdk, await workbook(sheetOf(head + rows.join(''))));
  assert.deepEqual(numbersOf(job), { rowsRead: 6, created: 3, refused: 3 });
  assert.deepEqual([...(await customersByEmail(sdk)).keys()], ['c@x.nl', 'd@x.nl', 'e@x.nl']);
  const refused = await (await sdk.imports.refused(job)).text();
  assert.match(refused, /The column ""postcode"" holds a formula without its value.*;2\r\n/);
});

test('a number has the zeros that its format shows', async () => {
  sdk = foyer.sdk(await foyer.client());
  const cell = (style: number, value: string) => `<c s="${style}"><v>${value}</v></c>`;
  const rows = rowWith('a@x.nl', cell(0, '1067'), cell(1, '612345678')) + rowWith('b@x.nl', cell(2, '1067'));
  const job = await importFile(sdk, await styled(rows, ['00000', '0000000000', '0']));
  assert.deepEqual(numbersOf(job), { rowsRead: 2, created: 2 });
  assert.deepEqual(job.warnings, []);
  const all = await customersByEmail(sdk);
  assert.deepEqual([all.get('a@x.nl')?.customerZip, all.get('a@x.nl')?.customerPhone], ['01067', '0612345678']);
  assert.equal(all.get('b@x.nl')?.customerZip, '1067');
});

test('a number format of brackets costs no time', async () => {
  sdk = foyer.sdk(await foyer.client());
  const codes = Array.from({ length: 20 }, () => '['.repeat(50_000));
  const job = await importFile(sdk, await styled(rowWith('a@x.nl', '<c s="0"><v>1067</v></c>'), codes));
  assert.deepEqual(numbersOf(job), { rowsRead: 1, created: 1 });
});

test('of several visible sheets with data the others are mentioned', async () => {
  sdk = foyer.sdk(await foyer.client());
  const row = rowOf('a@x.nl', 'A', 'B');
  const book = (sheet: string, state: string) =>
    workbook(sheetOf(head + row), {
      ...relations(`<Relationship Id="r2" Type="${OFFICE}/worksheet" Target="worksheets/sheet2.xml"/>`),
      'xl/workbook.xml':
        `<workbook xmlns:r="${OFFICE}"><sheets><sheet name="A" sheetId="1" r:id="r1"/>` +
        `<sheet name="B" sheetId="2" state="${state}" r:id="r2"/></sheets></workbook>`,
      'xl/worksheets/sheet2.xml': sheet,
    });
  const found = async (file: Blob) => {
    const preview = await sdk.imports.preview({ file });
    const job = await importFile(sdk, file);
    assert.equal(job.state, 'done');
    assert.deepEqual(job.warnings, preview.warnings);
    return job.warnings.map(({ code, count }) => [code, count]);
  };
  assert.deepEqual(await found(await book(sheetOf(head + row), 'visible')), [['otherSheets', 1]]);
  assert.deepEqual(await found(await book(sheetOf('<row><c/></row>'), 'visible')), []);
  assert.deepEqual(await found(await book(sheetOf(head + row), 'hidden')), []);
  assert.deepEqual(await found(await book('<worksheet><no', 'visible')), [], 'a damaged one is not read');
});
