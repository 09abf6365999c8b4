/** The forms in which customers are exported. Pure. */
import { stringify } from 'csv-stringify/sync';
import Negotiator from 'negotiator';
import { type Customer, customerFields } from '../../../../sdk/src/contract/customers.ts';
import type { JsonText } from '../../wire/json.ts';

export interface Format {
  readonly contentType: string;
  readonly head: string;
  /** One page of records; `isFirst` tells whether it opens the export. */
  page(customers: readonly JsonText<Customer>[], isFirst: boolean): string;
  readonly tail: string;
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

const columns = Object.keys(customerFields);

/** RFC 4180 with a header line; the tags stand in one cell as a JSON array, so that nothing of a name is lost. */
const csv: Format = {
  contentType: 'text/csv; charset=utf-8; header=present',
  head: stringify([columns], { record_delimiter: 'windows' }),
  page: (customers) =>
    stringify(
      customers.map((json) => {
        const customer: Customer = JSON.parse(json);
        return { ...customer, customerTags: JSON.stringify(customer.customerTags) };
      }),
      { columns, record_delimiter: 'windows' },
    ),
  tail: '',
};

const formats: Readonly<Record<string, Format>> = {
  'application/json': json,
  'application/x-ndjson': ndjson,
  'text/csv': csv,
};

/** The form that an `Accept` header asks for; JSON when it names none of ours. */
export function chooseFormat(accept: string | undefined): Format {
  const type = new Negotiator({ headers: { accept } }).mediaType(Object.keys(formats));
  return formats[type ?? ''] ?? json;
}
