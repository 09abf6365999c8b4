/** Imports on the wire: their options, the job, the preview and the refused rows. */
import { customerExample, customerFields, customerInput } from './customers.ts';
import type { Endpoint } from './endpoint.ts';
import type { Field, Fields, Output } from './field.ts';

/** The types that a file may be sent as. */
export const fileTypes = [
  'text/csv',
  'application/x-ndjson',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/octet-stream',
] as const;

const mapping = {
  kind: 'text',
  max: 20_000,
  description:
    'What columns hold, overriding their names: a JSON object of column names and fields, ' +
    '`null` for a column to be ignored. ' +
    'Beside the fields of a customer there are `street`, `houseNumber` and `houseNumberAddition`.',
  example: '{"Relatie":"customerExternalId","Titel":null}',
} as const;

/** How a file is read. */
const readingOptions = {
  mapping,
  encoding: {
    kind: 'choice',
    options: ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'],
    description: 'The encoding of a text file, where it is detected wrongly.',
    example: 'windows-1252',
  },
  delimiter: {
    kind: 'text',
    max: 3,
    description: 'The delimiter of CSV, where it is detected wrongly: one character, or `tab`.',
    example: ';',
  },
  empty: {
    kind: 'choice',
    options: ['keep', 'clear'],
    description: '`keep`, the default: an empty cell changes nothing. `clear`: it empties the field.',
    example: 'keep',
  },
  splitLastNames: {
    kind: 'flag',
    description: 'Split the preposition off last names (`van der Berg`) that have none yet?',
    example: false,
  },
  restoreZeros: {
    kind: 'flag',
    description: 'Restore the leading zero that a spreadsheet removed from telephone numbers of 8 or 9 digits?',
    example: false,
  },
  setClienttypes: {
    kind: 'text',
    max: 255,
    description:
      'The name of a column whose cells hold the client-types of the customer: ' +
      'a JSON array, or names separated by `;`, `,` or `|`. The column `customerTags` is always read so.',
    example: 'Type',
  },
} as const satisfies Fields;

/** Which customer a row means, and what is done. */
const writingOptions = {
  match: {
    kind: 'choice',
    options: ['auto', 'email', 'customerExternalId', 'customerId'],
    description:
      'How a row finds its customer. `auto`, the default: by `customerId` in a file that Foyer exported ' +
      '(it has `lastChanged` too), then by `customerExternalId`, then by `email`.',
    example: 'auto',
  },
  policy: {
    kind: 'choice',
    options: ['create', 'update', 'upsert'],
    description:
      '`upsert`, the default, creates and changes customers; `create` and `update` refuse the rows of the other kind.',
    example: 'upsert',
  },
  overwrite: {
    kind: 'flag',
    description:
      'Overwrite customers that were changed after the file was exported (their `lastChanged` differs)? ' +
      'By default such a row is refused as a conflict.',
    example: false,
  },
  addClienttypes: {
    kind: 'names',
    maxItems: 20,
    maxLength: 255,
    description: 'Client-types that every customer of the file gets in addition to its own.',
    example: ['newsletter'],
  },
} as const satisfies Fields;

const jobOptions = {
  dryRun: { kind: 'flag', description: 'Only report what would be done?', example: false },
  onError: {
    kind: 'choice',
    options: ['skip', 'stop'],
    description:
      '`skip`, the default: a refused row is left out. `stop`: the import ends there; what was written stays.',
    example: 'skip',
  },
  again: {
    kind: 'flag',
    description: 'Import although the same file was sent with the same options before?',
    example: false,
  },
  fileName: {
    kind: 'text',
    max: 255,
    description: 'The name of the file, if it is not sent as a form.',
    example: 'bezoekers.csv',
  },
} as const satisfies Fields;

const code = (what: string, example: string) =>
  ({ kind: 'text', description: `Which ${what}, for programs.`, example }) as const;
const count = (description: string, example = 0) => ({ kind: 'integer', min: 0, description, example }) as const;

const repairFields = {
  code: code('repair', 'phonePunctuation'),
  message: {
    kind: 'text',
    description: 'What was done, for people.',
    example: 'blanks and signs were taken out of telephone numbers',
  },
  count: count('How often.', 812),
} as const satisfies Fields;
const repairExample = {
  code: 'phonePunctuation',
  message: 'blanks and signs were taken out of telephone numbers',
  count: 812,
};

const warningFields = {
  code: code('warning', 'phoneZero'),
  message: {
    kind: 'text',
    description: 'What was found, and how to get it repaired.',
    example: 'Telephone numbers seem to have lost their leading zero; "restoreZeros" puts it back.',
  },
  count: count('How often.', 3),
} as const satisfies Fields;

const notTakenFields = {
  column: { kind: 'text', description: 'The name of the column.', example: 'Telefoon 2' },
  count: count('Filled cells of it that were not used.', 31),
} as const satisfies Fields;

const columnFields = {
  name: { kind: 'text', description: 'Its name in the file.', example: 'Achternaam' },
  field: {
    kind: 'text',
    nullable: true,
    description: 'The field that it is read as; `null` when it is not read.',
    example: 'customerLastName',
  },
} as const satisfies Fields;
const columnsExample = [
  { name: 'Achternaam', field: 'customerLastName' },
  { name: 'Abonnement', field: null },
];

const readingFields = {
  kind: { kind: 'choice', options: ['csv', 'ndjson', 'xlsx'], description: 'What the file is.', example: 'csv' },
  encoding: { kind: 'text', nullable: true, description: 'Of a text.', example: 'windows-1252' },
  delimiter: { kind: 'text', nullable: true, description: 'Of CSV.', example: ';' },
  sheet: {
    kind: 'text',
    nullable: true,
    description: 'Of a workbook: the sheet that is read, its first visible one.',
    example: null,
  },
  headerRow: count('The line with the names of the columns; 0 where each row has its own.', 1),
  columns: {
    kind: 'records',
    name: 'ImportColumn',
    fields: columnFields,
    description: 'The columns, in their order.',
    example: columnsExample,
  },
} as const satisfies Fields;
const readingExample = {
  kind: 'csv',
  encoding: 'windows-1252',
  delimiter: ';',
  sheet: null,
  headerRow: 1,
  columns: columnsExample,
};

const told = {
  reading: {
    kind: 'record',
    name: 'ImportReading',
    fields: readingFields,
    description: 'How the file is read.',
    example: readingExample,
  },
  repairs: {
    kind: 'records',
    name: 'ImportRepair',
    fields: repairFields,
    description: 'What was repaired in the cells; nothing is repaired without being counted here.',
    example: [repairExample],
  },
  warnings: {
    kind: 'records',
    name: 'ImportWarning',
    fields: warningFields,
    description: 'What to beware of; what can be repaired is repaired only on request.',
    example: [],
  },
  notTaken: {
    kind: 'records',
    name: 'ImportNotTaken',
    fields: notTakenFields,
    description: 'Columns with cells that were not used, since another column for the same field was filled too.',
    example: [],
  },
} as const satisfies Fields;
const toldExample = { reading: readingExample, repairs: [repairExample], warnings: [], notTaken: [] };

const importFields = {
  importId: { kind: 'integer', description: 'Its number, unique within the client.', example: 3 },
  state: {
    kind: 'choice',
    options: ['waiting', 'running', 'done', 'cancelled', 'failed'],
    description:
      '`waiting`, for an earlier import of the client; `running`; `done`; `cancelled`; ' +
      '`failed`, where `error` says why. What was written stays written.',
    example: 'running',
  },
  fileName: { kind: 'text', description: 'What the file is called.', example: 'bezoekers.csv' },
  dryRun: { kind: 'flag', description: 'Does it only report what would be done?', example: false },
  createdAt: { kind: 'time', description: 'When the file came in.', example: '2026-04-22T13:10:12+02:00' },
  startedAt: { kind: 'time', nullable: true, description: 'When it began.', example: '2026-04-22T13:10:12+02:00' },
  finishedAt: { kind: 'time', nullable: true, description: 'When it ended.', example: null },
  rowsRead: count('Rows that are done.', 40_000),
  created: count('Of them, those that created a customer.', 30_000),
  updated: count('Those that changed one.', 6000),
  unchanged: count('Those whose customer already has these values.', 3990),
  refused: count('Those that were refused; `GET /import/{importId}/refused` has them.', 10),
  conflicts: count('Of the refused, those whose customer was changed after the export.', 0),
  repeated: count('Rows of a customer that an earlier row had already: the later one overwrites it.', 2),
  percent: count('How much of the file is read.', 40),
  rowsPerSecond: count('How fast it goes.', 28_000),
  secondsLeft: {
    kind: 'integer',
    min: 0,
    nullable: true,
    description: 'About how many more seconds it takes.',
    example: 2,
  },
  error: { kind: 'text', nullable: true, description: 'Why it failed.', example: null },
  ...told,
} as const satisfies Fields;

/** A file of customers that is or was imported. */
export type Import = Output<typeof importFields>;

const importExample = {
  importId: 3,
  state: 'running',
  fileName: 'bezoekers.csv',
  dryRun: false,
  createdAt: '2026-04-22T13:10:12+02:00',
  startedAt: '2026-04-22T13:10:12+02:00',
  finishedAt: null,
  rowsRead: 40_000,
  created: 30_000,
  updated: 6000,
  unchanged: 3990,
  refused: 10,
  conflicts: 0,
  repeated: 2,
  percent: 40,
  rowsPerSecond: 28_000,
  secondsLeft: 2,
  error: null,
  ...toldExample,
};

type Nullable<F extends Fields> = { readonly [N in keyof F]: F[N] & { readonly nullable: true } };
const nullable = <F extends Fields>(fields: F): Nullable<F> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]: [string, Field]) => [name, { ...field, nullable: true }]),
  ) as Nullable<F>;

const previewCustomer = nullable({ ...customerInput, customerTags: customerFields.customerTags });

const previewRowFields = {
  row: { kind: 'integer', description: 'Its line in the file.', example: 2 },
  outcome: {
    kind: 'choice',
    options: ['created', 'updated', 'unchanged', 'refused', 'conflict'],
    description: 'What the import would do.',
    example: 'updated',
  },
  customerId: { kind: 'integer', nullable: true, description: 'The customer that the row means.', example: 12 },
  customer: {
    kind: 'record',
    name: 'ImportValues',
    fields: previewCustomer,
    description: 'The values as read; `null` where the row has none.',
    example: {},
  },
  changed: {
    kind: 'changed',
    description: 'The old and new value of each field that would change. Empty for a key that may not read customers.',
    example: { customerCity: { before: 'Zwolle', after: 'Deventer' } },
  },
  error: { kind: 'text', nullable: true, description: 'Why the row would be refused.', example: null },
} as const satisfies Fields;

const previewFields = {
  ...told,
  rows: {
    kind: 'records',
    name: 'ImportPreviewRow',
    fields: previewRowFields,
    description: 'The first 20 rows.',
    example: [],
  },
} as const satisfies Fields;

/** What an import would do, judged by the first rows. */
export type ImportPreview = Output<typeof previewFields>;

const { customerId: _, lastChanged: __, ...valuesExample } = customerExample;
const previewExample = {
  ...toldExample,
  rows: [
    {
      row: 2,
      outcome: 'updated',
      customerId: 12,
      customer: valuesExample,
      changed: { customerCity: { before: 'Zwolle', after: 'Deventer' } },
      error: null,
    },
  ],
};

const importParams = {
  importId: { kind: 'integer', description: 'The number of the import.', example: 3 },
} as const;
const shape = { kind: 'resource', name: 'Import', fields: importFields } as const;
const upload = {
  types: fileTypes,
  description:
    'The file as the body, or as the file of a form (`multipart/form-data`), ' +
    'whose other fields are the same as the parameters of the query.',
  example: {
    type: 'text/csv',
    text:
      'Voornaam;Tussenvoegsel;Achternaam;E-mailadres;Mobiel\r\n' +
      'Sanne;de;Vries;sanne.import@voorbeeld.example;06-12345678\r\n',
  },
} as const;

export const imports = {
  create: {
    method: 'POST',
    path: '/import',
    scope: 'customers:write',
    weight: 20,
    summary: 'Import a file of customers',
    description:
      'Takes a file of customers, CSV, NDJSON or XLSX, and returns at once the import, ' +
      'which runs beside the requests. Encoding, delimiter and columns are detected; ' +
      'columns may have their usual Dutch or English names. ' +
      "The values are checked by the rules of `POST /customer`. A client's imports run one at a time.\n\n" +
      'The same file with the same options is not imported twice: the answer is the first import, ' +
      'unless `again` is true. Of two rows of the same customer, the later one overwrites the earlier. ' +
      'A file that cannot be read is refused with 422.',
    query: { ...jobOptions, ...writingOptions, ...readingOptions },
    upload,
    success: {
      status: 202,
      description: 'The import is on its way.',
      shape,
      location: '/import/{importId}',
      example: importExample,
    },
    takesIdempotencyKey: true,
    // With `again` it is done twice.
    idempotent: false,
  },
  preview: {
    method: 'POST',
    path: '/import/preview',
    scope: 'customers:write',
    weight: 20,
    summary: 'Preview an import',
    description:
      'Says how a file would be read, what its first 20 rows would do, ' +
      'and what to beware of among the first 1,000. Nothing is stored.',
    query: { ...writingOptions, ...readingOptions },
    upload,
    success: {
      status: 200,
      description: 'How it would be read.',
      shape: { kind: 'resource', name: 'ImportPreview', fields: previewFields },
      example: previewExample,
    },
    idempotent: true,
  },
  list: {
    method: 'GET',
    path: '/import',
    scope: 'customers:write',
    summary: 'List the imports',
    description: 'Returns the imports of the client, the latest first.',
    query: {
      limit: { kind: 'integer', max: 200, description: 'How many to return at most; the default is 50.', example: 50 },
      before: { kind: 'integer', description: 'Only those before the import of this number.', example: 4 },
    },
    success: {
      status: 200,
      description: 'The imports.',
      shape: { kind: 'list', name: 'Import', fields: importFields },
      example: [importExample],
    },
    idempotent: true,
  },
  get: {
    method: 'GET',
    path: '/import/{importId}',
    scope: 'customers:write',
    summary: 'Get an import',
    description: 'Returns the import as it is now: how much is done, how fast it goes and how long it will take.',
    params: importParams,
    success: { status: 200, description: 'The import.', shape, example: importExample },
    idempotent: true,
    problems: ['not-found'],
  },
  cancel: {
    method: 'POST',
    path: '/import/{importId}/cancel',
    scope: 'customers:write',
    summary: 'Cancel an import',
    description:
      'Ends an import after the rows that are written; those stay. ' +
      'An import that is over already stays as it is. Returns the import.',
    params: importParams,
    success: {
      status: 200,
      description: 'The import as it is now.',
      shape,
      example: { ...importExample, state: 'cancelled' },
    },
    takesIdempotencyKey: true,
    idempotent: true,
    problems: ['not-found'],
  },
  refused: {
    method: 'GET',
    path: '/import/{importId}/refused',
    scope: 'customers:write',
    summary: 'Get the rows that were refused',
    description:
      'Returns the refused rows as CSV with their own columns and two more: ' +
      '`error`, why the row was refused, and `row`, its line in the file. ' +
      'Correct them and import just those. They are kept for 30 days.',
    params: importParams,
    success: {
      status: 200,
      description: 'The rows.',
      shape: { kind: 'file', type: 'text/csv; charset=utf-8; header=present' },
      example:
        'Achternaam;E-mail;error;row\r\n' +
        'Vries;geen;The email field must be a valid e-mail address, like name@domain.nl.;7\r\n',
    },
    idempotent: true,
    problems: ['not-found'],
  },
} as const satisfies Record<string, Endpoint>;
