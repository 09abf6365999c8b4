/** Changes on the wire: the feed, and the history of a customer. */
import { customerExample, customerFields, customerParams } from './customers.ts';
import type { Endpoint } from './endpoint.ts';
import type { Fields, Output } from './field.ts';

/** What is done to a customer. */
export const madeKinds = ['created', 'updated', 'clienttypes'] as const;
/** What may be done to a customer. `merged` and `erased` are yet to come; callers should expect them. */
const changeKinds = [...madeKinds, 'merged', 'erased'] as const;

const byFields = {
  key: {
    kind: 'text',
    nullable: true,
    description: 'The number of the API key, as `foyer key list` shows it; `null` if it was not a key.',
    example: '3',
  },
  staff: {
    kind: 'text',
    nullable: true,
    description:
      'The number of the staff member; `null` if it was not one. If both are `null`, it was the `foyer` command.',
    example: null,
  },
  label: {
    kind: 'text',
    description: 'The label of the key, or the name or address of the staff member, as of now.',
    example: 'web shop',
  },
} as const satisfies Fields;

const number = {
  kind: 'integer',
  description: "Its place in the order of the client's changes.",
  example: 1207,
} as const;
const at = {
  kind: 'time',
  description: "When it was done, with the offset of the client's time zone.",
  example: '2026-04-22T13:10:12+02:00',
} as const;
const kind = {
  kind: 'choice',
  options: changeKinds,
  description: 'What was done. More kinds may be added: ignore those that you do not know.',
  example: 'updated',
} as const;
const by = {
  kind: 'record',
  name: 'ChangedBy',
  fields: byFields,
  description: 'Who did it.',
  example: { key: '3', staff: null, label: 'web shop' },
} as const;

/** A change in the feed. */
const changeFields = {
  number,
  at,
  kind,
  customerId: { kind: 'integer', description: 'The number of the customer.', example: customerExample.customerId },
  fields: {
    kind: 'names',
    maxItems: 250,
    maxLength: 255,
    description: 'Which fields were changed.',
    example: ['customerCity'],
  },
  by,
  customer: {
    kind: 'record',
    name: 'Customer',
    fields: customerFields,
    nullable: true,
    description: 'The customer as it is now, including later changes; `null` if it no longer exists.',
    example: customerExample,
  },
} as const satisfies Fields;

/** One change to one customer, with the customer as it is now. */
export type Change = Output<typeof changeFields>;

const changeExample = {
  number: 1207,
  at: '2026-04-22T13:10:12+02:00',
  kind: 'updated',
  customerId: customerExample.customerId,
  fields: ['customerCity'],
  by: { key: '3', staff: null, label: 'web shop' },
  customer: customerExample,
} as const;

const feedFields = {
  changes: {
    kind: 'records',
    name: 'Change',
    fields: changeFields,
    description: 'The changes, in their order.',
    example: [changeExample],
  },
  cursor: { kind: 'text', description: 'Continue with this as `after`.', example: '1207' },
  more: { kind: 'flag', description: 'Whether there are more already.', example: false },
} as const satisfies Fields;

/** A change in the history of a customer. */
const historyFields = {
  number,
  at,
  kind,
  by,
  changed: {
    kind: 'changed',
    description: 'The old and the new value of each field that changed; `null` where there was none.',
    example: { customerCity: { before: 'Zwolle', after: 'Deventer' } },
  },
} as const satisfies Fields;

const historyQuery = {
  limit: { kind: 'integer', max: 200, description: 'How many changes to return; the default is 50.', example: 50 },
  cursor: { kind: 'text', max: 20, description: 'The `nextCursor` of the previous page.', example: '1207' },
} as const satisfies Fields;

export const changes = {
  list: {
    method: 'GET',
    path: '/change',
    scope: 'exports:read',
    summary: 'Read the feed of changes',
    description:
      'Returns the changes to customers in the order in which they were made. ' +
      'A caller that continues from the `cursor` of each answer never misses a change, and sees none twice. ' +
      'The number of a change is a cursor too: the one right after that change.\n\n' +
      'With `Accept: text/event-stream` the feed does not end: ' +
      'every change is an event whose `id` is the cursor after it, and `Last-Event-ID` continues from there. ' +
      'A comment is sent every 15 seconds; a reader that takes nothing for 20 seconds is disconnected.\n\n' +
      'Changes are kept for 400 days, or as long as the operator has set. ' +
      'A cursor whose changes are gone is answered with 410. ' +
      'So is one that had read further than a backup from which the service was restored: ' +
      'export everything then, and continue from `Foyer-Cursor`. After a restore the numbers continue beyond a gap.',
    query: {
      after: {
        kind: 'text',
        max: 20,
        description:
          'The `cursor` of the previous answer, or `now` for changes from now on. ' +
          'Without it: from the first change that is kept.',
        example: '1206',
      },
      limit: {
        kind: 'integer',
        max: 1000,
        description: 'How many changes to return; the default is 100.',
        example: 100,
      },
      wait: {
        kind: 'integer',
        min: 0,
        max: 30,
        description:
          'How many seconds to wait for a change if there is none; the answer comes as soon as there is one.',
        example: 0,
      },
      compact: {
        kind: 'flag',
        description: 'Return each customer once only, at its last change.',
        example: false,
      },
    },
    success: {
      status: 200,
      description: 'The changes, and where to continue.',
      shape: { kind: 'feed', name: 'Changes', member: 'changes', fields: feedFields },
      example: { changes: [changeExample], cursor: '1207', more: false },
    },
    idempotent: true,
    problems: ['gone'],
  },
  history: {
    method: 'GET',
    path: '/customer/{customerId}/history',
    scope: 'customers:read',
    summary: 'Get the history of a customer',
    description: 'Returns the changes to one customer that are kept, the latest first, a page at a time.',
    params: customerParams,
    query: historyQuery,
    success: {
      status: 200,
      description: 'A page of changes.',
      shape: { kind: 'page', name: 'HistoricChange', member: 'changes', fields: historyFields },
      example: {
        changes: [
          {
            number: 1207,
            at: '2026-04-22T13:10:12+02:00',
            kind: 'updated',
            by: changeExample.by,
            changed: historyFields.changed.example,
          },
        ],
        nextCursor: null,
        count: 1,
        countIsExact: true,
      },
    },
    idempotent: true,
    problems: ['not-found'],
  },
} as const satisfies Record<string, Endpoint>;
