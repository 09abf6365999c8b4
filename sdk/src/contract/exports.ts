/** Exports on the wire. */
import { customerExample, customerFields, customerFilters } from './customers.ts';
import type { Endpoint } from './endpoint.ts';

/** The formats of an export, as `Accept` asks for them. `excel` is CSV as Excel opens it. */
export const exportTypes = {
  csv: 'text/csv',
  excel: 'text/csv; dialect=excel',
  ndjson: 'application/x-ndjson',
  json: 'application/json',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

export type ExportFormat = keyof typeof exportTypes;

export const exports = {
  clientTypes: {
    method: 'GET',
    path: '/export/clienttypes',
    scope: 'exports:read',
    summary: 'Export the client-types',
    description: 'Returns the names of all client-types of the client, sorted without regard to case.',
    query: {},
    success: {
      status: 200,
      description: 'The names.',
      shape: { kind: 'texts' },
      example: ['donor', 'friend', 'vip'],
    },
    idempotent: true,
  },
  customers: {
    method: 'POST',
    path: '/export/customers',
    scope: 'exports:read',
    weight: 20,
    summary: 'Export the customers',
    description:
      'Returns all customers, or those that match the search and all filters, ordered by change, oldest first. ' +
      'A poller that always asks with the `lastChanged` of the last record that it received misses no change; ' +
      'it may see a record again.\n\n' +
      'The search and the filters are those of the list of customers; several of them narrow further. ' +
      'Matches are found while the export is made: ' +
      'a customer that changes meanwhile is included as it matches, at the latest place where it does. ' +
      'A customer that no longer matches is not reported; the feed of changes reports all.\n\n' +
      'If an answer has no records, the header `Foyer-Changed-Until` is the next `changedSince`. ' +
      '`Foyer-Cursor` is where the feed of changes continues: ' +
      'an export and the feed after it are complete together. ' +
      'The answer is compressed with zstd, br or gzip for callers who accept it.\n\n' +
      'Beside JSON, `Accept` may ask for NDJSON, CSV, CSV as Excel opens it in the Netherlands and Belgium ' +
      '(`text/csv; dialect=excel`: a byte order mark, semicolons, ' +
      'and an apostrophe before each cell that begins with `=`, `+`, `-` or `@`, ' +
      'except a `+` followed by digits only; an import removes it again) and XLSX (telephone numbers and postal ' +
      'codes as text; at most 1,048,575 customers). Each of them can be imported as it is.',
    body: {
      fields: customerFilters,
      inQuery: true,
      example: { changedSince: '2026-04-22' },
    },
    ownRules: true,
    success: {
      status: 200,
      description: 'The customers, streamed.',
      shape: { kind: 'stream', name: 'Customer', fields: customerFields, isExport: true },
      example: [customerExample],
    },
    idempotent: true,
    problems: ['not-acceptable'],
  },
} as const satisfies Record<string, Endpoint>;
