/** What a webhook is sent, for the OpenAPI document. Pure. */
import { endpoints } from '../../../../sdk/src/contract/index.ts';
import { outputObject } from './schema.ts';

type Json = Readonly<Record<string, unknown>>;

const { changes: changesField } = endpoints.changes.list.success.shape.fields;
const { number, at, kind, customerId } = changesField.fields;
const [full] = endpoints.changes.list.success.example.changes;
const thin = { number: full.number, at: full.at, kind: full.kind, customerId: full.customerId };

const timestamp = {
  type: 'string',
  format: 'date-time',
  description: 'The time of the last change, or of the test; in UTC.',
};
const client = { type: 'string', description: 'The short name of the organisation.', examples: ['theatre'] };

const object = (properties: Json): Json => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

/** The schemas of what is sent. */
export const messageSchemas: Json = {
  ThinChange: outputObject({ number, at, kind, customerId }),
  ChangesMessage: object({
    type: { const: 'customer.changes' },
    timestamp,
    data: object({
      client,
      cursor: { type: 'string', description: 'The number of the last change in it.', examples: [String(full.number)] },
      changes: {
        type: 'array',
        minItems: 1,
        maxItems: 100,
        items: { oneOf: [{ $ref: '#/components/schemas/ThinChange' }, { $ref: '#/components/schemas/Change' }] },
        description: 'In order: `ThinChange` with the payload `thin`, `Change` with `full`.',
      },
    }),
  }),
  TestMessage: object({
    type: { const: 'test' },
    timestamp,
    data: object({ client, webhookId: { type: 'integer', minimum: 1, description: 'Its number.', examples: [1] } }),
  }),
};

const sentAt = '2026-04-22T11:10:12.000Z';
const changesOf = (change: Json): Json => ({
  type: 'customer.changes',
  timestamp: sentAt,
  data: { client: 'theatre', cursor: String(full.number), changes: [change] },
});

const header = (name: string, description: string, example: string): Json => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string', examples: [example] },
});

const headers = [
  header('webhook-id', 'The same at every attempt: a receiver that has seen it is done.', 'msg_1_1_0_1207_1207'),
  header('webhook-timestamp', 'When it was sent, in seconds since 1970.', '1776856212'),
  header(
    'webhook-signature',
    'By Standard Webhooks: `v1,` and the HMAC-SHA256 of `ID.TIMESTAMP.BODY` in base64; ' +
      'two of them on the day after a rotation.',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ),
];

const responses = {
  '2XX': { description: 'Accepted, within 10 seconds.' },
  410: { description: 'The receiver is gone for good: the webhook is disabled.' },
  default: { description: 'Not accepted: it is sent again, at growing intervals, before any later change.' },
};

const message = (operationId: string, summary: string, description: string, name: string, examples: Json): Json => ({
  post: {
    operationId,
    tags: ['Webhooks'],
    summary,
    description,
    security: [],
    parameters: headers,
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` }, examples } },
    },
    responses,
  },
});

/** The member `webhooks` of the document. */
export const messages: Json = {
  'customer.changes': message(
    'onCustomerChanges',
    'Changes of customers',
    'Posted to the `url` of a webhook. Each change comes at least once, and in its order; ' +
      '`verifyWebhook` of the SDK checks the signature.',
    'ChangesMessage',
    {
      thin: { summary: 'With the payload `thin`', value: changesOf(thin) },
      full: { summary: 'With the payload `full`', value: changesOf(full) },
    },
  ),
  test: message(
    'onTest',
    'A test',
    'Posted when somebody asks for it: `POST /webhook/{webhookId}/test`.',
    'TestMessage',
    { test: { value: { type: 'test', timestamp: sentAt, data: { client: 'theatre', webhookId: 1 } } } },
  ),
};
