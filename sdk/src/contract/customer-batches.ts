/** Upserts on the wire, one or many, and reading many customers at once. */
import { customerExample, customerFields, customerInput, customerShape, MAX_CLIENT_TYPES } from './customers.ts';
import type { Endpoint } from './endpoint.ts';
import type { Fields } from './field.ts';
import { MAX_BODY_MIB } from './sizes.ts';

/** What an upsert may hold besides. */
export const upsertInput = {
  ...customerInput,
  clienttypes: {
    kind: 'names',
    maxItems: MAX_CLIENT_TYPES,
    maxLength: 255,
    description: 'The client-types of the customer, replacing those that it has; `[]` removes all.',
    example: ['friend', 'donor'],
  },
} as const satisfies Fields;

const newcomers = [
  {
    email: 'sanne.de.vries@voorbeeld.example',
    customerFirstName: 'Sanne',
    customerPreposition: 'de',
    customerLastName: 'Vries',
    clienttypes: ['friend'],
  },
];

/** How many customers may be sent, or asked for, in one request. */
const MAX_BATCH_CUSTOMERS = 1000;

/** What became of one customer of a batch. */
const batchLineFields = {
  status: {
    kind: 'integer',
    description: 'The status of the upsert by itself: 201, 200 or 422; or 503, if the service could not go on.',
    example: 201,
  },
  outcome: {
    kind: 'choice',
    options: ['created', 'updated', 'unchanged'],
    nullable: true,
    description: 'What was done; `null` if nothing was.',
    example: 'created',
  },
  customer: {
    kind: 'record',
    name: 'Customer',
    fields: customerFields,
    nullable: true,
    description: 'The customer as it is now; `null` if nothing was done.',
    example: customerExample,
  },
  violations: { kind: 'violations', description: 'All that is wrong with it.', example: [] },
  message: {
    kind: 'text',
    nullable: true,
    description: 'Why nothing was done, for a person.',
    example: null,
  },
} as const satisfies Fields;

const batchLineExample = { status: 201, outcome: 'created', customer: customerExample, violations: [], message: null };

export const customerBatches = {
  upsert: {
    method: 'POST',
    path: '/customer/upsert',
    scope: 'customers:write',
    summary: 'Create or update a customer',
    description:
      'Changes the customer that has this `customerExternalId`, or else the one that has this `email`; ' +
      'creates one if there is neither. Only the fields that are sent change; ' +
      'a new customer needs all required fields. If the two keys belong to two customers, ' +
      'the answer is 422 and names both. `Foyer-Outcome` says what was done: `created`, `updated` or `unchanged`. ' +
      'With `If-Match` it changes only the version that you have read, and creates nothing.',
    body: {
      fields: upsertInput,
      partial: true,
      example: {
        customerExternalId: 'crm-1077',
        email: 'sanne.de.vries@voorbeeld.example',
        customerFirstName: 'Sanne',
        customerPreposition: 'de',
        customerLastName: 'Vries',
        clienttypes: ['friend'],
      },
    },
    ownRules: true,
    success: {
      status: 201,
      description: 'The customer was made.',
      nothingMade: 'The customer as it now stands.',
      shape: customerShape,
      etag: true,
      location: '/customer/{customerId}',
      example: customerExample,
    },
    takesIdempotencyKey: true,
    idempotent: true,
    problems: ['precondition-failed'],
  },
  batch: {
    method: 'POST',
    path: '/customer/batch',
    scope: 'customers:write',
    weighed: ['customers'],
    problems: ['not-acceptable'],
    summary: 'Create or update many customers',
    description:
      'Does an upsert for each of up to 1,000 customers, in order, and answers with a line for each, ' +
      'in the same order: what was done, or what is wrong with it. ' +
      'If something is wrong with one, the others are still stored. ' +
      'They are stored in parts, so that other requests need not wait; the answer is streamed as they are. ' +
      'If it breaks off, send the same again: what was stored is `unchanged`.\n\n' +
      'With `Accept: application/x-ndjson` the lines come as NDJSON. ' +
      '`Foyer-Ignored-Fields` names unknown fields of any of them, such as `customers.lastChanged`. ' +
      `As everywhere, the body may be up to ${MAX_BODY_MIB} MiB.`,
    body: {
      fields: {
        customers: {
          kind: 'records',
          name: 'Upsert',
          fields: upsertInput,
          required: true,
          maxItems: MAX_BATCH_CUSTOMERS,
          description: 'The customers, each as for an upsert.',
          example: newcomers,
        },
      },
      example: { customers: newcomers },
    },
    success: {
      status: 200,
      description: 'A line for each customer, streamed.',
      shape: { kind: 'stream', name: 'BatchLine', fields: batchLineFields },
      example: [batchLineExample],
    },
    takesIdempotencyKey: true,
    idempotent: true,
  },
  getMany: {
    method: 'POST',
    path: '/customer/get',
    scope: 'customers:read',
    weighed: ['customerIds', 'emails'],
    summary: 'Get many customers',
    description:
      'Returns the customers with these numbers, then those with these e-mail addresses, in the order asked: ' +
      'one for each, `null` where there is none. Up to 1,000 in all.',
    body: {
      fields: {
        customerIds: {
          kind: 'numbers',
          maxItems: MAX_BATCH_CUSTOMERS,
          description: 'Numbers of customers.',
          example: [12, 7],
        },
        emails: {
          kind: 'names',
          maxItems: MAX_BATCH_CUSTOMERS,
          maxLength: 254,
          description: 'E-mail addresses, compared without regard to case.',
          example: ['sanne.de.vries@voorbeeld.example'],
        },
      },
      inQuery: true,
      example: { customerIds: [12], emails: ['nobody@voorbeeld.example'] },
    },
    success: {
      status: 200,
      description: 'The customers.',
      shape: { kind: 'list', name: 'Customer', fields: customerFields, nullable: true },
      example: [customerExample, null],
    },
    idempotent: true,
  },
} as const satisfies Record<string, Endpoint>;
