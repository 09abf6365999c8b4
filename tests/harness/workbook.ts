/** Workbooks by hand, for files that no spreadsheet program writes. */
import { ZipFile } from 'yazl';

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';

const SHEETS = '<sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets>';

/** A workbook with this XML as its sheet, and these other parts. */
export async function workbook(sheet: Iterable<string> | string, more: Record<string, string> = {}): Promise<Blob> {
  const { Readable } = await import('node:stream');
  const zip = new ZipFile();
  const parts = {
    'xl/workbook.xml': `<workbook ${MAIN} xmlns:r="${OFFICE}">${SHEETS}</workbook>`,
    'xl/_rels/workbook.xml.rels':
      `<Relationships ${RELATIONS}>` +
      `<Relationship Id="r1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>` +
      `<Relationship Id="r2" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    ...more,
  };
  for (const [name, text] of Object.entries(parts)) zip.addBuffer(Buffer.from(text), name);
  zip.addReadStream(Readable.from(typeof sheet === 'string' ? [sheet] : sheet), 'xl/worksheets/sheet1.xml');
  zip.end();
  return new Blob((await Array.fromAsync(zip.outputStream as AsyncIterable<Buffer>)) as BlobPart[]);
}

const cell = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
export const rowOf = (...cells: string[]): string => `<row>${cells.map(cell).join('')}</row>`;
export const sheetOf = (rows: string): string => `<worksheet ${MAIN}><sheetData>${rows}</sheetData></worksheet>`;
