/** Giving a client-type to many customers on the wire, and undoing it. */
import { customerFilters, MAX_CLIENT_TYPES } from './customers.ts';
import type { Endpoint } from './endpoint.ts';
import type { Fields } from './field.ts';

/** How many customers one call may give a client-type, or take it from. */
export const MAX_ASSIGNED_CUSTOMERS = 10_000;

const params = {
  name: {
    kind: 'text',
    max: 255,
    description: 'The name of the client-type, compared without regard to case.',
    example: 'friend',
  },
} as const;

const assignmentInput = {
  action: {
    kind: 'choice',
    required: true,
    options: ['add', 'remove'],
    description: 'Whether the customers get the client-type or lose it.',
    example: 'remove',
  },
  customerIds: {
    kind: 'numbers',
    maxItems: MAX_ASSIGNED_CUSTOMERS,
    description: 'The numbers of the customers; unknown ones are skipped. The filters are then ignored.',
    example: [1, 2, 3],
  },
  all: {
    kind: 'flag',
    description:
      'Selects all customers that match the filters in this body, instead of numbers: ' +
      `at most ${MAX_ASSIGNED_CUSTOMERS}. Needs the scope \`customers:read\` too.`,
    example: true,
  },
  dryRun: { kind: 'flag', description: 'Only count, and change nothing.', example: true },
  ...customerFilters,
} as const satisfies Fields;

const assignmentFields = {
  name: { kind: 'text', description: 'The client-type, in its spelling.', example: 'friend' },
  selected: { kind: 'integer', min: 0, description: 'How many customers were selected.', example: 20 },
  changed: {
    kind: 'integer',
    min: 0,
    description: 'How many of them were changed, or would be; the others are already as asked, or full.',
    example: 17,
  },
  full: {
    kind: 'integer',
    min: 0,
    description: `How many of them cannot get it, because they have ${MAX_CLIENT_TYPES} client-types already.`,
    example: 0,
  },
  undo: {
    kind: 'text',
    nullable: true,
    description: 'What `undo` takes to change them back; `null` if nothing was changed.',
    example: 'eyJhY3Rpb24iOiJyZW1vdmUiLCJyYW5nZXMiOltbMSwxXV19',
  },
} as const satisfies Fields;

const shape = { kind: 'resource', name: 'Assignment', fields: assignmentFields } as const;
const example = { name: 'friend', selected: 20, changed: 17, full: 0, undo: assignmentFields.undo.example } as const;

/** Client-types of many customers at once. */
export const assignments = {
  assign: {
    method: 'POST',
    path: '/clienttype/{name}/customers',
    scope: 'customers:write',
    weight: 10,
    summary: 'Give many customers a client-type, or take it from them',
    description:
      'Adds a client-type to customers, after those that they have, or removes it. ' +
      'Each customer that it changes gets a change of its own. ' +
      'It is done in parts, so that others can read and write meanwhile. A new name becomes a client-type, ' +
      "unless the client's list is closed. Repeated, it changes those that are left.",
    params,
    body: { fields: assignmentInput, example: { action: 'remove', customerIds: [1, 2, 3] } },
    success: { status: 200, description: 'What was done.', shape, example },
    takesIdempotencyKey: true,
    idempotent: true,
    problems: ['not-found'],
  },
  undoAssign: {
    method: 'POST',
    path: '/clienttype/{name}/customers/undo',
    scope: 'customers:write',
    weight: 10,
    summary: 'Undo what was done to many customers',
    description:
      'Restores the client-types of each customer. ' +
      'Where they were changed again meanwhile, only this one is taken away or given back, and the others stay. ' +
      'Only the key or staff member that did it can undo it.',
    params,
    body: {
      fields: {
        undo: {
          kind: 'text',
          required: true,
          max: 20_000,
          description: 'As in the answer.',
          example: assignmentFields.undo.example,
        },
      },
      example: { undo: assignmentFields.undo.example },
    },
    success: { status: 200, description: 'What was restored.', shape, example: { ...example, undo: null } },
    takesIdempotencyKey: true,
    idempotent: true,
    problems: ['not-found'],
  },
} as const satisfies Record<string, Endpoint>;
