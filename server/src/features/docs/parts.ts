/** The headers and the ways to authenticate, for the OpenAPI document. */
import { scopes } from '../../../../sdk/src/contract/endpoint.ts';

export const headers = {
  RequestId: {
    description: "The request's id: yours if `X-Request-Id` was well-formed, otherwise a new one.",
    schema: { type: 'string' },
  },
  IgnoredFields: {
    description: 'Unknown or read-only fields of the body, separated by commas, percent-encoded, at most 20.',
    schema: { type: 'string' },
  },
  IdempotencyReplayed: {
    description: '`true` if this repeats the first answer to the request with this `Idempotency-Key`.',
    schema: { type: 'string', enum: ['true'] },
  },
  ChangedUntil: {
    description: 'The time of the last change when the export began: the next `changedSince`, which misses nothing.',
    schema: { type: 'string', format: 'date-time' },
  },
  Cursor: {
    description:
      'The cursor of the feed (`GET /change`) from which to continue: ' +
      'the export and the feed after it are complete together.',
    schema: { type: 'string' },
  },
  Outcome: {
    description: 'What was done: the customer was created, changed, or left as it was.',
    schema: { type: 'string', enum: ['created', 'updated', 'unchanged'] },
  },
  ETag: {
    description:
      'The version of the customer, for `If-Match` and `If-None-Match`. Strong; use it as it is, with its quotes.',
    schema: { type: 'string', examples: ['"1207-1776856212000+02:00"'] },
  },
  RateLimit: {
    description:
      'If the key has a limit: how many requests are left (`r`), ' +
      'and in how many seconds the whole quota is available again (`t`), as in the IETF draft [RateLimit header ' +
      'fields](https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/).',
    schema: { type: 'string', examples: ['"key";r=480;t=1'] },
  },
  RateLimitPolicy: {
    description:
      'If the key has a limit: how many requests it may make at once (`q`), ' +
      'and after how many seconds that many again (`w`).',
    schema: { type: 'string', examples: ['"key";q=500;w=1'] },
  },
  Location: { description: 'The path of the new resource.', schema: { type: 'string', format: 'uri-reference' } },
};

/** The headers of every answer to a key that has a limit. */
export const rateHeaders = {
  RateLimit: { $ref: '#/components/headers/RateLimit' },
  'RateLimit-Policy': { $ref: '#/components/headers/RateLimitPolicy' },
};

const tagExample = '"1207-1776856212000+02:00"';

/** The headers that a caller may send, beside those that all endpoints take. */
export const headersSent = {
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'The `ETag` of the version that you have read: the answer is 412 if the customer has changed since.',
    schema: { type: 'string', examples: [tagExample] },
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description:
      'The `ETag` of the version that you have: the answer is 304, without a body, if that is still the current one.',
    schema: { type: 'string', examples: [tagExample] },
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'A text of your own for this request, 1 to 255 visible ASCII characters, in quotes or bare: ' +
      'a UUID, the number of an order. Repeated with the same key, the request is not done again, ' +
      'and its first answer is repeated, for 24 hours.',
    schema: { type: 'string', examples: ['"order-20260422-1077"'] },
  },
};

export const notModified = {
  description: 'You have this version.',
  headers: { ETag: { $ref: '#/components/headers/ETag' } },
};

const scopeList = Object.entries(scopes)
  .map(([name, what]) => `\`${name}\` (${what})`)
  .join(', ');

export const securitySchemes = {
  key: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: `The API key itself. Scopes: ${scopeList}.`,
  },
  basic: { type: 'http', scheme: 'basic', description: 'The API key as user name, with any password or none.' },
  bearer: { type: 'http', scheme: 'bearer', description: 'The API key after `Bearer`.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-foyer_session',
    description:
      'The session of a staff member, as used by the console; ' +
      'over plain http the cookie is called `foyer_session`. It is accepted from pages of this service only.',
  },
  csrf: {
    type: 'apiKey',
    in: 'header',
    name: 'Foyer-Csrf-Token',
    description: 'With a session, on every request that is not a GET: the `csrfToken` of `GET /session`.',
  },
};
