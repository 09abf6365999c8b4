/** Refusals on the wire: the closed lists of problems and violations. */
import type { Customer } from './customers.ts';
import { MAX_BODY_MIB } from './sizes.ts';

/**
 * Every way in which Foyer refuses a request: the closed list that the server throws from, the SDK narrows by, and the
 * documentation explains. A problem's `type` is `PROBLEM_TYPE_BASE` followed by its code.
 */
export const PROBLEM_TYPE_BASE = 'https://foyer.example/problems/';

export const problems = {
  'bad-request': {
    status: 400,
    title: 'Bad Request',
    description:
      'The request could not be read: ' +
      'its body is not UTF-8, not well-formed or not an object, or it is not valid HTTP.',
    message: 'The request could not be read.',
  },
  unauthorized: {
    status: 401,
    title: 'Unauthorized',
    description: 'No API key was sent, or it is unknown, revoked or expired.',
    message:
      'A valid API key is needed in the Authorization header: ' +
      'the key itself, "Bearer KEY", or Basic with the key as user name.',
  },
  'sign-in-failed': {
    status: 401,
    title: 'Unauthorized',
    description: 'The e-mail address or the password of a staff member is wrong.',
    message: 'The e-mail address or the password is not right.',
  },
  'wrong-origin': {
    status: 403,
    title: 'Forbidden',
    description: 'A request with a session comes from another site, or does not say from which.',
    message: 'This request does not come from the console of this service.',
  },
  'csrf-token': {
    status: 403,
    title: 'Forbidden',
    description: "The header `Foyer-Csrf-Token` does not hold the session's token.",
    message: 'The Foyer-Csrf-Token header must hold the csrfToken of the session.',
  },
  'wrong-client': {
    status: 403,
    title: 'Forbidden',
    description: 'The key belongs to a client other than the one in the path.',
    message: 'This API key is not for the client in the path.',
  },
  'missing-scope': {
    status: 403,
    title: 'Forbidden',
    description: 'The key lacks the scope that the route needs.',
    message: 'This API key does not have the scope that the route needs.',
  },
  'not-found': {
    status: 404,
    title: 'Not Found',
    description: 'There is no such path, or no such record.',
    message: 'There is nothing at this path.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method Not Allowed',
    description: 'The path exists, but not with this method; the Allow header names those that it has.',
    message: 'This path does not have that method.',
  },
  'not-acceptable': {
    status: 406,
    title: 'Not Acceptable',
    description: 'The Accept header allows none of the formats that the answer can have.',
    message: 'The answer has none of the forms that the Accept header takes.',
  },
  'request-timeout': {
    status: 408,
    title: 'Request Timeout',
    description: 'The request was not sent completely in time.',
    message: 'The request did not arrive completely in time.',
  },
  gone: {
    status: 410,
    title: 'Gone',
    description: 'The changes after this cursor are no longer kept, or the service was restored to a state before it.',
    message:
      'The changes after this cursor are no longer kept. ' +
      'Export all customers (POST /export/customers), and continue from the Foyer-Cursor header of that answer.',
  },
  'link-used': {
    status: 410,
    title: 'Gone',
    description: 'The one-time link was used, has expired, or never existed.',
    message: 'This link was used already, or is no longer good. Ask for another.',
  },
  'precondition-failed': {
    status: 412,
    title: 'Precondition Failed',
    description:
      'The customer has changed since the version that `If-Match` names; ' +
      '`current` and the `ETag` of this answer show it as it is now. Nothing was stored.',
    message:
      'The customer was changed since it was read. Look at it as it stands, and send the change again with its ETag.',
  },
  'idempotency-key-in-flight': {
    status: 409,
    title: 'Conflict',
    description:
      'A request with this `Idempotency-Key` is still in progress; ' +
      '`Retry-After` says when to ask for its answer again.',
    message: 'The first request with this Idempotency-Key is still being worked at. Send it again shortly.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'Unprocessable Entity',
    description:
      'This `Idempotency-Key` was sent with another request before: each needs a key of its own. Nothing was stored.',
    message: 'This Idempotency-Key was sent with another request before. Each request needs a key of its own.',
  },
  'content-too-large': {
    status: 413,
    title: 'Content Too Large',
    description: `The body is larger than ${MAX_BODY_MIB} MiB.`,
    message: `The body is larger than ${MAX_BODY_MIB} MiB.`,
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported Media Type',
    description:
      'The body is neither JSON nor a form without files, or is compressed in another way than gzip, br or zstd.',
    message: 'Send the body as application/json, application/x-www-form-urlencoded or multipart/form-data, in UTF-8.',
  },
  validation: {
    status: 422,
    title: 'Unprocessable Entity',
    description:
      'Fields of the body or the query break a rule; `errors` and `violations` name each of them. Nothing was stored.',
    message: 'The body breaks a rule.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too Many Requests',
    description:
      'More requests than the key may make, too many readers waiting for changes, ' +
      'or too many attempts from one address; the Retry-After header says when to try again.',
    message: 'Too many requests.',
  },
  'headers-too-large': {
    status: 431,
    title: 'Request Header Fields Too Large',
    description: 'The path and headers together are larger than 16 KiB, or there are more than 200 headers.',
    message: 'The path and headers are too large.',
  },
  internal: {
    status: 500,
    title: 'Internal Server Error',
    description: 'A fault of the server. Quote the request id when you report it.',
    message: 'Something went wrong on the server.',
  },
  unavailable: {
    status: 503,
    title: 'Service Unavailable',
    description: 'The service cannot do this at the moment; nothing was stored. Retry-After says when to try again.',
    message: 'The service cannot do this at the moment; nothing was stored. Try again shortly.',
  },
} as const satisfies Record<string, { status: number; title: string; description: string; message: string }>;

export type ProblemCode = keyof typeof problems;

/** Why a field was refused. */
export const violationCodes = {
  required: 'the field is missing or empty',
  type: 'the value is of the wrong type, or has control characters, bidirectional controls or lone surrogates',
  email: 'the text is not an e-mail address',
  taken: 'another customer has this value',
  max: 'the value is too long, or too large',
  min: 'the value is too short',
  length: 'the value does not have exactly the required length',
  numeric: 'the value is not a telephone number in digits, or not a whole number of the required size',
  decimal: 'the value is not a decimal with at most two decimals',
  array: 'the value is not an array',
  date: 'the value is not a date or time',
  url: 'the text is not a URL that may be called',
  incorrect: 'the password is not the current one',
  weak: 'the password is too easy to guess',
  file: 'the file cannot be read',
  unknown:
    'the client has no such client-type, and its list is closed; or the value is not one of the options; ' +
    'or the cursor belongs to other filters; or there is no such parameter',
} as const;

export type ViolationCode = keyof typeof violationCodes;

export interface Violation {
  /** The field's name; an item of a list is `clienttypes.2`. */
  readonly field: string;
  readonly code: ViolationCode;
  readonly message: string;
  /** With `taken`: the customer that has the value, when the key may read customers. */
  readonly customerId?: number;
}

/** The body of every error response (RFC 9457, `application/problem+json`). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly message: string;
  /** With 422: the texts by field. */
  readonly errors?: Readonly<Record<string, readonly string[]>>;
  /** With 422: the same, for programs. */
  readonly violations?: readonly Violation[];
  /** With 412: the customer as it is now. */
  readonly current?: Customer;
  /** With 500: what to quote in a report. */
  readonly requestId?: string;
}
