/** Customers as a workbook: a sheet of XML, streamed into a ZIP file. */
import { PassThrough, type Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { type Customer, customerFields } from '../../../../sdk/src/contract/customers.ts';
import type { JsonText } from '../../http/wire/json.ts';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
/** The most rows of a sheet, including its header. */
const MAX_ROWS = 1_048_576;

const columns = Object.keys(customerFields) as (keyof Customer)[];
/** The numbers of two styles: text, even after editing, and amounts. */
const TEXT_STYLE = 1;
const MONEY_STYLE = 2;

const parts: Readonly<Record<string, string>> = {
  '[Content_Types].xml':
    `<Types xmlns="${PACKAGE}/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>' +
    '<Override PartName="/xl/workbook.xml" ' +
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>' +
    '<Override PartName="/xl/worksheets/sheet1.xml" ' +
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>' +
    '<Override PartName="/xl/styles.xml" ' +
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>',
  '_rels/.rels':
    `<Relationships xmlns="${PACKAGE}/relationships">` +
    `<Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml':
    `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>` +
    '<sheet name="Customers" sheetId="1" r:id="rId1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    `<Relationships xmlns="${PACKAGE}/relationships">` +
    `<Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>` +
    `<Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  // 49 is the built-in format for text, 4 that for amounts.
  'xl/styles.xml':
    `<styleSheet xmlns="${MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>` +
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/>' +
    '<xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="4" applyNumberFormat="1"/></cellXfs></styleSheet>',
};

/** What XML cannot hold, and what looks like a workbook's escape for it. */
const ESCAPED = /_(?=x[0-9A-Fa-f]{4}_)|[\ufffe\uffff]/g;

const escapeText = (text: string): string =>
  text
    .replaceAll(ESCAPED, (one) => `_x${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

const textCell = (text: string): string =>
  text === ''
    ? `<c s="${TEXT_STYLE}"/>`
    : `<c t="inlineStr" s="${TEXT_STYLE}"><is><t xml:space="preserve">${escapeText(text)}</t></is></c>`;

function cellOf(customer: Customer, column: keyof Customer): string {
  if (column === 'customerId') return `<c><v>${customer.customerId}</v></c>`;
  if (column === 'customerCredit') return `<c s="${MONEY_STYLE}"><v>${customer.customerCredit}</v></c>`;
  if (column === 'customerTags') return textCell(JSON.stringify(customer.customerTags));
  return textCell(customer[column] ?? '');
}

export const sheetHead =
  `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">` +
  '<pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews><cols>' +
  `<col min="1" max="${columns.length}" width="18" style="${TEXT_STYLE}" customWidth="1"/></cols><sheetData>` +
  `<row>${columns.map(textCell).join('')}</row>`;
export const sheetTail = '</sheetData></worksheet>';

export const sheetRows = (customers: readonly JsonText<Customer>[]): string =>
  customers
    .map((json) => {
      const customer: Customer = JSON.parse(json);
      return `<row>${columns.map((column) => cellOf(customer, column)).join('')}</row>`;
    })
    .join('');

/** The workbook with one sheet; it breaks off if the sheet does, or holds more than a sheet can. */
export function workbookOf(sheet: Readable): Readable {
  const zip = new ZipFile();
  const output = new PassThrough();
  const fail = (error: unknown): void => void output.destroy(error as Error);
  for (const [name, text] of Object.entries(parts)) zip.addBuffer(Buffer.from(XML + text), name, { mtime });
  sheet.on('error', fail);
  zip.on('error', fail);
  // The reader may leave.
  output.on('close', () => sheet.destroy());
  zip.addReadStream(sheet, 'xl/worksheets/sheet1.xml', { mtime, compressionLevel: 4 });
  zip.end();
  zip.outputStream.pipe(output);
  return output;
}

/** The same customers make the same bytes. */
const mtime = new Date(2026, 0, 1);

/** Counts rows; throws after the last one that a sheet can hold. */
export function rowLimit(): (rows: number) => void {
  let all = 1;
  return (rows) => {
    all += rows;
    if (all > MAX_ROWS) throw new Error(`A sheet holds at most ${MAX_ROWS.toLocaleString('en')} rows`);
  };
}
