/** The formats in which customers are exported. Pure. */
import type { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import { type Customer, customerFields } from '../../../../sdk/src/contract/customers.ts';
import { ProblemError } from '../../http/problem.ts';
import { preferredType } from '../../http/wire/accept.ts';
import type { JsonText } from '../../http/wire/json.ts';
import { guarded } from './excel.ts';
import { rowLimit, sheetHead, sheetRows, sheetTail, workbookOf } from './xlsx.ts';

export interface Format {
  readonly contentType: string;
  readonly head: string;
  /** One page of records; `isFirst` says whether it opens the export. */
  page(customers: readonly JsonText<Customer>[], isFirst: boolean): string;
  readonly tail: string;
  /** Makes the file from its text, if the two differ. */
  pack?(text: Readable): Readable;
}

const json: Format = {
  contentType: 'application/json; charset=utf-8',
  head: '[',
  page: (customers, isFirst) => (isFirst ? '' : ',') + customers.join(','),
  tail: ']',
};

const ndjson: Format = {
  contentType: 'application/x-ndjson; charset=utf-8',
  head: '',
  page: (customers) => customers.map((customer) => `${customer}\n`).join(''),
  tail: '',
};

const columns = Object.keys(customerFields) as (keyof Customer)[];

/** The cells of a customer; the tags are one cell with a JSON array, so that no part of a name is lost. */
function cellsOf(json: JsonText<Customer>): string[] {
  const customer: Customer = JSON.parse(json);
  return columns.map((column) => {
    const value = customer[column];
    return Array.isArray(value) ? JSON.stringify(value) : String(value ?? '');
  });
}

/** RFC 4180 with a header line. */
const csv: Format = {
  contentType: 'text/csv; charset=utf-8; header=present',
  head: stringify([columns], { record_delimiter: 'windows' }),
  page: (customers) => stringify(customers.map(cellsOf), { record_delimiter: 'windows' }),
  tail: '',
};

const forExcel = { record_delimiter: 'windows', delimiter: ';' } as const;

/** As Excel opens it where the comma is the decimal separator, with no cell that would be run as a formula. */
const excelCsv: Format = {
  contentType: 'text/csv; charset=utf-8; header=present; dialect=excel',
  head: `\ufeff${stringify([columns], forExcel)}`,
  page: (customers) =>
    stringify(
      customers.map((json) => cellsOf(json).map(guarded)),
      forExcel,
    ),
  tail: '',
};

function xlsx(): Format {
  const count = rowLimit();
  return {
    contentType: XLSX,
    head: sheetHead,
    page(customers) {
      count(customers.length);
      return sheetRows(customers);
    },
    tail: sheetTail,
    pack: workbookOf,
  };
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const formats: Readonly<Record<string, () => Format>> = {
  'application/json': () => json,
  'application/x-ndjson': () => ndjson,
  'text/csv': () => csv,
  'text/csv;dialect=excel': () => excelCsv,
  [XLSX]: xlsx,
};

/** The format that an `Accept` header asks for, the first if it accepts any; refuses one that accepts none of these. */
export function chooseFormat(accept: string | undefined, types: readonly string[] = Object.keys(formats)): Format {
  const type = preferredType(accept, types);
  const format = formats[type ?? '']?.();
  if (format !== undefined) return format;
  throw new ProblemError('not-acceptable', { message: `The answer has only these formats: ${types.join(', ')}.` });
}
