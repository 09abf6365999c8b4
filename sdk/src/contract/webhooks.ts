/** Webhooks on the wire: their settings, and their deliveries. */
import { madeKinds } from './changes.ts';
import type { Endpoint } from './endpoint.ts';
import type { Fields, Output } from './field.ts';

/** The fields of a webhook that a caller sets. */
const webhookInput = {
  url: {
    kind: 'text',
    required: true,
    max: 2048,
    description:
      'Where to send: an https URL without user name and password, whose host is reached over the public internet.',
    example: 'https://crm.theatre.example/foyer',
  },
  kinds: {
    kind: 'names',
    maxItems: 5,
    maxLength: 20,
    options: madeKinds,
    description: 'Which kinds of changes to send; `[]`, the default, for all.',
    example: ['created', 'updated'],
  },
  payload: {
    kind: 'choice',
    options: ['thin', 'full'],
    description: '`thin`, the default: the number of the customer and what was done. `full`: the customer too.',
    example: 'thin',
  },
  batch: {
    kind: 'integer',
    max: 100,
    description: 'How many changes one delivery may hold; the default is 1.',
    example: 1,
  },
} as const satisfies Fields;

const webhookFields = {
  webhookId: { kind: 'integer', description: 'Its number.', example: 1 },
  ...webhookInput,
  state: {
    kind: 'choice',
    options: ['active', 'failing', 'disabled'],
    description:
      '`active`; `failing`, if nothing was accepted for 3 days (it is then tried once an hour); ' +
      '`disabled`, by you or by its answer 410: nothing is sent.',
    example: 'active',
  },
  cursor: {
    kind: 'text',
    description: 'The last change that it has received, or that was not for it.',
    example: '1207',
  },
  behind: { kind: 'integer', min: 0, description: 'How many changes were made since.', example: 0 },
  failures: { kind: 'integer', min: 0, description: 'How often the current delivery has failed.', example: 0 },
  nextAttemptAt: {
    kind: 'time',
    nullable: true,
    description: 'When it is tried again, after a failure.',
    example: null,
  },
  createdAt: { kind: 'time', description: 'When it was created.', example: '2026-04-22T13:10:12+02:00' },
  secret: {
    kind: 'text',
    nullable: true,
    description:
      'What deliveries are signed with: ' +
      'shown when the webhook is made and when the secret is rotated, otherwise `null`.',
    example: null,
  },
} as const satisfies Fields;

export type Webhook = Output<typeof webhookFields>;

const webhookExample = {
  webhookId: 1,
  url: 'https://crm.theatre.example/foyer',
  kinds: ['created', 'updated'],
  payload: 'thin',
  batch: 1,
  state: 'active',
  cursor: '1207',
  behind: 0,
  failures: 0,
  nextAttemptAt: null,
  createdAt: '2026-04-22T13:10:12+02:00',
  secret: null,
};

const webhookParams = {
  webhookId: { kind: 'integer', description: 'The number of the webhook.', example: 1 },
} as const;
const shape = { kind: 'resource', name: 'Webhook', fields: webhookFields } as const;

const deliveryFields = {
  at: { kind: 'time', description: 'When it was sent.', example: '2026-04-22T13:10:12+02:00' },
  messageId: { kind: 'text', description: 'Its `webhook-id` header.', example: 'msg_1_1_0_1207_1207' },
  isTest: { kind: 'flag', description: 'Whether it was sent by `test`.', example: false },
  isAccepted: { kind: 'flag', description: 'Whether it was answered with 2xx within 10 seconds.', example: true },
  status: { kind: 'integer', nullable: true, description: 'The status of the answer, if one came.', example: 204 },
  ms: { kind: 'integer', min: 0, description: 'How long it took, in milliseconds.', example: 31 },
  error: {
    kind: 'text',
    nullable: true,
    description: 'Why no answer came: the name does not resolve, the address may not be called, …',
    example: null,
  },
  answer: { kind: 'text', description: 'The first KiB of the body of the answer.', example: '' },
} as const satisfies Fields;

const deliveryExample = {
  at: '2026-04-22T13:10:12+02:00',
  messageId: 'msg_1_1_0_1207_1207',
  isTest: false,
  isAccepted: true,
  status: 204,
  ms: 31,
  error: null,
  answer: '',
};

export const webhooks = {
  list: {
    method: 'GET',
    path: '/webhook',
    scope: 'admin',
    summary: 'List the webhooks',
    description: 'Returns all webhooks of the client, with their state.',
    query: {},
    success: {
      status: 200,
      description: 'The webhooks.',
      shape: { kind: 'list', name: 'Webhook', fields: webhookFields },
      example: [webhookExample],
    },
    idempotent: true,
  },
  create: {
    method: 'POST',
    path: '/webhook',
    scope: 'admin',
    summary: 'Make a webhook',
    description:
      'From now on every change to a customer is posted to the URL, in order and at least once. ' +
      'The headers `webhook-id`, `webhook-timestamp` and `webhook-signature` are those of ' +
      '[Standard Webhooks](https://www.standardwebhooks.com/). ' +
      'The answer holds the secret, which is shown only once. A client may have 1,000 webhooks.\n\n' +
      'The body is `{"type":"customer.changes","timestamp":…,"data":{"client":…,"cursor":…,"changes":[…]}}`; ' +
      'a change is `{"number","at","kind","customerId"}`, and with the payload `full` as in the feed.\n\n' +
      'An answer 2xx within 10 seconds is success. Anything else, including a redirect, is retried ' +
      'with growing pauses for 3 days, not before a `Retry-After`; 410 disables the webhook. ' +
      'Addresses that are not public are refused.',
    body: {
      fields: webhookInput,
      example: { url: 'https://crm.theatre.example/foyer', kinds: ['created', 'updated'] },
    },
    success: {
      status: 201,
      description: 'The webhook, with its secret.',
      shape,
      location: '/webhook/{webhookId}',
      example: { ...webhookExample, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=' },
    },
    takesIdempotencyKey: true,
    idempotent: false,
  },
  get: {
    method: 'GET',
    path: '/webhook/{webhookId}',
    scope: 'admin',
    summary: 'Get a webhook',
    description: 'Returns the webhook with this number.',
    params: webhookParams,
    success: { status: 200, description: 'The webhook.', shape, example: webhookExample },
    idempotent: true,
    problems: ['not-found'],
  },
  update: {
    method: 'PUT',
    path: '/webhook/{webhookId}',
    scope: 'admin',
    summary: 'Change a webhook',
    description:
      'Changes only the fields that are sent. `rotate` makes a new secret, which the answer shows; ' +
      'for 24 hours deliveries are signed with the old one too. `enabled` stops and starts it: ' +
      'once started, it continues where it was.',
    params: webhookParams,
    body: {
      fields: {
        ...webhookInput,
        enabled: { kind: 'flag', description: 'Whether anything is sent.', example: true },
        rotate: { kind: 'flag', description: 'Whether to make a new secret.', example: false },
      },
      partial: true,
      example: { payload: 'thin', rotate: true },
    },
    success: { status: 200, description: 'The webhook as it now stands.', shape, example: webhookExample },
    // Rotated twice, the first new secret would be the old one.
    takesIdempotencyKey: true,
    idempotent: false,
    problems: ['not-found'],
  },
  remove: {
    method: 'DELETE',
    path: '/webhook/{webhookId}',
    scope: 'admin',
    summary: 'Remove a webhook',
    description: 'Stops sending, and deletes its deliveries.',
    params: webhookParams,
    success: { status: 204, description: 'It is gone.', shape: { kind: 'nothing' }, example: undefined },
    // Repeated after it was done, it would find nothing of that number.
    idempotent: false,
    problems: ['not-found'],
  },
  test: {
    method: 'POST',
    path: '/webhook/{webhookId}/test',
    scope: 'admin',
    summary: 'Try a webhook',
    description:
      'Sends a delivery of the type `test` at once, and returns the result. ' +
      'If it is accepted, a failing webhook starts again.',
    params: webhookParams,
    success: {
      status: 200,
      description: 'The result.',
      shape: { kind: 'resource', name: 'Delivery', fields: deliveryFields },
      example: { ...deliveryExample, isTest: true },
    },
    takesIdempotencyKey: true,
    idempotent: true,
    problems: ['not-found'],
  },
  replay: {
    method: 'POST',
    path: '/webhook/{webhookId}/replay',
    scope: 'admin',
    summary: 'Send changes again',
    description: 'Moves the webhook back to just after a change, so that all later ones are sent again, under new ids.',
    params: webhookParams,
    body: {
      fields: {
        after: {
          kind: 'text',
          max: 20,
          description:
            'A cursor of the feed, or the number of a change. Without it: from the first change that is kept.',
          example: '1000',
        },
      },
      example: { after: '0' },
    },
    success: { status: 200, description: 'The webhook as it now stands.', shape, example: webhookExample },
    takesIdempotencyKey: true,
    idempotent: true,
    problems: ['not-found', 'gone'],
  },
  deliveries: {
    method: 'GET',
    path: '/webhook/{webhookId}/delivery',
    scope: 'admin',
    summary: 'List the deliveries of a webhook',
    description: 'Returns the last 1,000 attempts, the latest first, a page at a time.',
    params: webhookParams,
    query: {
      limit: { kind: 'integer', max: 200, description: 'How many to return; the default is 50.', example: 50 },
      cursor: { kind: 'text', max: 20, description: 'The `nextCursor` of the previous page.', example: '120' },
    },
    success: {
      status: 200,
      description: 'A page of attempts.',
      shape: { kind: 'page', name: 'Delivery', member: 'deliveries', fields: deliveryFields },
      example: { deliveries: [deliveryExample], nextCursor: null, count: 1, countIsExact: true },
    },
    idempotent: true,
    problems: ['not-found'],
  },
} as const satisfies Record<string, Endpoint>;
