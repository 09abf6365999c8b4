import { customerParams } from './customers.ts';
import type { Endpoint } from './endpoint.ts';

const example = ['friend', 'donor', 'vip'];

export const clientTypes = {
  get: {
    method: 'GET',
    path: '/customer/{customerId}/clienttypes',
    scope: 'customers:read',
    summary: 'Get the client-types of a customer',
    description:
      'Answers with the names of the client-types that the customer has, in the order in which they were given.',
    params: customerParams,
    success: { status: 200, description: 'The names.', shape: { kind: 'texts' }, example },
    idempotent: true,
    problems: ['not-found'],
  },
  set: {
    method: 'POST',
    path: '/customer/{customerId}/clienttypes',
    scope: 'customers:write',
    summary: 'Overwrite the client-types of a customer',
    description:
      'Replaces the list; `[]` removes all. Repeats collapse to the first. A name that differs only in case from a client-type that exists is that client-type. A new name becomes a client-type, unless the list of the client is closed.',
    params: customerParams,
    body: {
      fields: {
        clienttypes: {
          kind: 'names',
          required: true,
          maxItems: 250,
          maxLength: 255,
          description: 'The names, in the order in which they are to be shown.',
          example,
        },
      },
      example: { clienttypes: ['friend', 'donor'] },
    },
    success: { status: 200, description: 'The new list.', shape: { kind: 'texts' }, example: ['friend', 'donor'] },
    idempotent: true,
    problems: ['not-found'],
  },
} as const satisfies Record<string, Endpoint>;
