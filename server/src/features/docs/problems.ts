/** The problems of the OpenAPI document: which an endpoint can answer with, and what each looks like. Pure. */
import { customerExample } from '../../../../sdk/src/contract/customers.ts';
import type { Endpoint } from '../../../../sdk/src/contract/endpoint.ts';
import { type ProblemCode, problems, violationCodes } from '../../../../sdk/src/contract/problems.ts';
import { problemBody } from '../../http/problem.ts';
import { rateHeaders } from './parts.ts';

type Json = Readonly<Record<string, unknown>>;

/** Which problems an endpoint can answer with: its own, and those that follow from its key, its body and the server. */
function problemsOf(endpoint: Endpoint): ProblemCode[] {
  const ofBody: ProblemCode[] = ['bad-request', 'content-too-large', 'unsupported-media-type', 'validation'];
  const ofQuery: ProblemCode[] = ['bad-request', 'validation'];
  const ofKey: ProblemCode[] = ['bad-request', 'idempotency-key-in-flight', 'idempotency-key-reused'];
  return [
    ...ofCaller(endpoint.scope),
    ...(endpoint.problems ?? []),
    ...(endpoint.body === undefined && endpoint.upload === undefined ? [] : ofBody),
    ...(endpoint.query === undefined ? [] : ofQuery),
    ...(endpoint.takesIdempotencyKey ? ofKey : []),
    'headers-too-large',
    'internal',
    'unavailable',
  ];
}

/** Why a caller may be refused by the guard. */
function ofCaller(scope: Endpoint['scope']): ProblemCode[] {
  if (scope === 'anyone') return [];
  const ofStaff: ProblemCode[] = ['unauthorized', 'wrong-origin', 'csrf-token'];
  return scope === 'signed-in' ? ofStaff : [...ofStaff, 'wrong-client', 'missing-scope', 'too-many-requests'];
}

/** The error responses of an endpoint, by status; problems with the same status share one. */
export function errors(endpoint: Endpoint): Json {
  const byStatus: Record<number, Json> = {};
  for (const code of problemsOf(endpoint)) {
    const { status } = problems[code];
    // The kinds of 403 are one response with an example of each.
    byStatus[status] = { $ref: `#/components/responses/${responseName(status)}` };
  }
  return byStatus;
}

const responseName = (status: number): string => `Problem${status}`;

const exampleViolations = [
  {
    field: 'email',
    code: 'taken',
    message: 'The email field holds an e-mail address that another customer has already.',
    customerId: 867,
  },
  {
    field: 'customerPhone',
    code: 'numeric',
    message: 'The customerPhone field must be numeric: an optional + and 1 to 20 digits, no spaces or dashes.',
  },
] as const;

function exampleOf(code: ProblemCode): Json {
  const { message } = problems[code];
  if (code === 'validation') {
    return { ...problemBody(code, `${exampleViolations[0].message} (and 1 more error)`, exampleViolations) };
  }
  const body = problemBody(code, message);
  if (code === 'precondition-failed') return { ...body, current: customerExample };
  return code === 'internal' ? { ...body, requestId: '3f0c8a1e-5d0b-4f0e-9c55-0b8f9c7f3f4e' } : { ...body };
}

/** Those that some endpoint answers with, by name. */
export function problemResponses(endpoints: readonly Endpoint[]): Json {
  const used = new Set(endpoints.flatMap((endpoint) => problemsOf(endpoint).map((code) => problems[code].status)));
  const responses: Record<string, Json> = {};
  for (const [code, { status, description }] of Object.entries(problems)) {
    if (!used.has(status)) continue;
    const name = responseName(status);
    const before = responses[name] as { description: string; content: Record<string, { examples: Json }> } | undefined;
    const examples = {
      ...before?.content['application/problem+json']?.examples,
      [code]: { summary: description, value: exampleOf(code as ProblemCode) },
    };
    responses[name] = {
      description: before === undefined ? description : `${before.description} Or: ${description}`,
      ...headersOf(status),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, examples } },
    };
  }
  return responses;
}

function headersOf(status: number): Json {
  const schema = { type: 'string' };
  if (status === 401) return { headers: { 'WWW-Authenticate': { description: 'How to authenticate.', schema } } };
  if (status === 412) return { headers: { ETag: { $ref: '#/components/headers/ETag' } } };
  const retry = { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } };
  if (status === 429) return { headers: { ...retry, ...rateHeaders } };
  if (status === 503 || status === 409) return { headers: retry };
  return {};
}

const text = { type: 'string' };
const violation = {
  type: 'object',
  properties: {
    field: { ...text, description: 'The name of the field; an item of a list is `clienttypes.2`.' },
    code: { ...text, enum: Object.keys(violationCodes) },
    message: text,
    customerId: { type: 'integer', description: 'With `taken`: the customer that has the value.' },
  },
  required: ['field', 'code', 'message'],
};
const problem = {
  type: 'object',
  description: 'An RFC 9457 problem.',
  properties: {
    type: { ...text, format: 'uri-reference' },
    title: text,
    status: { type: 'integer' },
    message: { ...text, description: 'What is wrong, for a person.' },
    errors: {
      type: 'object',
      description: 'With 422: texts by field.',
      additionalProperties: { type: 'array', items: text },
    },
    violations: {
      type: 'array',
      description: 'With 422: the same, for programs.',
      items: { $ref: '#/components/schemas/Violation' },
    },
    current: { $ref: '#/components/schemas/Customer', description: 'With 412: the customer as it is now.' },
    requestId: { ...text, description: 'With 500: what to quote in a report.' },
  },
  required: ['type', 'title', 'status', 'message'],
};

export const problemSchemas: Json = { Problem: problem, Violation: violation };
