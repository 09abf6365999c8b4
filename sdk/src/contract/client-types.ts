/** Client-types on the wire: the list of a client, and those of a customer. */
import { assignments } from './assignments.ts';
import { customerParams, MAX_CLIENT_TYPES } from './customers.ts';
import type { Endpoint } from './endpoint.ts';
import type { Fields } from './field.ts';

const example = ['friend', 'donor', 'vip'];

const name = {
  kind: 'text',
  required: true,
  max: 255,
  description: 'The name, in its spelling.',
  example: 'friend',
} as const;

/** A client-type and its properties, in this order. */
const clientTypeFields = {
  name,
  customers: { kind: 'integer', min: 0, description: 'How many customers have it.', example: 42 },
  createdAt: {
    kind: 'time',
    description: "When it was created, with the offset of the client's time zone.",
    example: '2026-04-22T13:10:12+02:00',
  },
} as const satisfies Fields;

const clientTypeExample = { name: 'friend', customers: 42, createdAt: '2026-04-22T13:10:12+02:00' };

const clientTypeParams = {
  clienttype: {
    kind: 'text',
    max: 255,
    description: 'The name of the client-type, compared without regard to case.',
    example: 'friend',
  },
} as const;

const following =
  ' Each of them gets a change of its own, some at a time. The answer comes when all are done, ' +
  'or after 10 seconds; then the rest follow, even if the service crashes.';

export const clientTypes = {
  ...assignments,
  list: {
    method: 'GET',
    path: '/clienttype',
    scope: 'customers:read',
    summary: 'List the client-types',
    description:
      'Returns all client-types of the client, sorted by name without regard to case, ' +
      'and how many customers have each.',
    query: {},
    success: {
      status: 200,
      description: 'The client-types.',
      shape: { kind: 'list', name: 'ClientType', fields: clientTypeFields },
      example: [clientTypeExample],
    },
    idempotent: true,
  },
  rename: {
    method: 'PUT',
    path: '/clienttype/{clienttype}',
    scope: 'customers:write',
    summary: 'Rename a client-type, or merge it into another',
    description:
      'Gives a client-type another name, or another spelling, for all its customers. ' +
      'If the new name is that of an existing client-type, the two become that one, ' +
      `and nobody has it twice.${following}`,
    params: clientTypeParams,
    body: { fields: { name }, example: { name: 'patron' } },
    success: {
      status: 200,
      description: 'The client-type as it is now called.',
      shape: { kind: 'resource', name: 'ClientType', fields: clientTypeFields },
      example: { ...clientTypeExample, name: 'patron' },
    },
    // Repeated after it was done, it would find nothing of that name.
    takesIdempotencyKey: true,
    idempotent: false,
    problems: ['not-found'],
  },
  remove: {
    method: 'DELETE',
    path: '/clienttype/{clienttype}',
    scope: 'customers:write',
    summary: 'Remove a client-type',
    description: `Takes a client-type from all its customers, and off the list.${following}`,
    params: clientTypeParams,
    success: { status: 204, description: 'It is gone.', shape: { kind: 'nothing' }, example: undefined },
    // Sent again after it was done, it would find nothing of that name.
    idempotent: false,
    problems: ['not-found'],
  },
  get: {
    method: 'GET',
    path: '/customer/{customerId}/clienttypes',
    scope: 'customers:read',
    summary: 'Get the client-types of a customer',
    description: "Returns the names of the customer's client-types, in the order in which they were given.",
    params: customerParams,
    success: { status: 200, description: 'The names.', shape: { kind: 'texts' }, etag: true, example },
    idempotent: true,
    problems: ['not-found'],
  },
  set: {
    method: 'POST',
    path: '/customer/{customerId}/clienttypes',
    scope: 'customers:write',
    summary: 'Overwrite the client-types of a customer',
    description:
      'Replaces the list; `[]` removes all. Repeats collapse to the first. ' +
      'A name that differs only in case from a client-type that exists is that client-type. ' +
      'A new name becomes a client-type, unless the list of the client is closed.',
    params: customerParams,
    body: {
      fields: {
        clienttypes: {
          kind: 'names',
          required: true,
          maxItems: MAX_CLIENT_TYPES,
          maxLength: 255,
          description: 'The names, in the order in which to show them.',
          example,
        },
      },
      example: { clienttypes: ['friend', 'donor'] },
    },
    ownRules: true,
    success: {
      status: 200,
      description: 'The new list.',
      shape: { kind: 'texts' },
      etag: true,
      example: ['friend', 'donor'],
    },
    takesIdempotencyKey: true,
    idempotent: true,
    problems: ['not-found', 'precondition-failed'],
  },
} as const satisfies Record<string, Endpoint>;
