/** Errors on the wire: RFC 9457 problems, each with one of the codes that the contract lists. */
import { Buffer } from 'node:buffer';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Customer } from '../../../sdk/src/contract/customers.ts';
import {
  PROBLEM_TYPE_BASE,
  type Problem,
  type ProblemCode,
  problems,
  type Violation,
} from '../../../sdk/src/contract/problems.ts';
import { OutcomeUnknown, Unavailable } from '../db/unavailable.ts';
import { privateAnswer } from './wire/headers.ts';
import type { JsonText } from './wire/json.ts';

/** The limits by which a request may be refused. */
export type Limit = 'key-rate' | 'failed-keys' | 'readers-of-key' | 'readers' | 'sign-in';

interface Details {
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly violations?: readonly Violation[];
  /** The limit that was reached, for who counts refusals. */
  readonly limit?: Limit;
  /** The customer as it stands. */
  readonly current?: JsonText<Customer>;
}

/** Refuses a request. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly violations: readonly Violation[];
  readonly #details: Details;

  constructor(code: ProblemCode, details: Details = {}) {
    super(details.message ?? problems[code].message);
    this.code = code;
    this.headers = details.headers ?? {};
    this.violations = details.violations ?? [];
    this.#details = details;
  }

  get limit(): Limit | undefined {
    return this.#details.limit;
  }

  /** The same refusal, with more headers. */
  with(headers: Readonly<Record<string, string>>): ProblemError {
    return new ProblemError(this.code, { ...this.#details, headers: { ...this.headers, ...headers } });
  }

  /** What goes out. */
  body(): Problem {
    const { current } = this.#details;
    const body = problemBody(this.code, this.message, this.violations);
    return current === undefined ? body : { ...body, current: JSON.parse(current) };
  }
}

/** Refuses a body for all that is wrong with it. */
export function validationProblem(violations: readonly Violation[]): ProblemError {
  const [first] = violations;
  if (first === undefined) throw new Error('A validation problem needs a violation');
  const more = violations.length - 1;
  const rest = more === 0 ? '' : ` (and ${more} more error${more === 1 ? '' : 's'})`;
  return new ProblemError('validation', { message: `${first.message}${rest}`, violations });
}

/** The body of a problem. */
export function problemBody(code: ProblemCode, message: string, violations: readonly Violation[] = []): Problem {
  const { title, status } = problems[code];
  const body = { type: `${PROBLEM_TYPE_BASE}${code}`, title, status, message };
  if (violations.length === 0) return body;
  const errors = Object.create(null) as Record<string, string[]>;
  for (const violation of violations) {
    errors[violation.field] ??= [];
    errors[violation.field]?.push(violation.message);
  }
  return { ...body, errors, violations };
}

/** What Fastify itself refuses, by its codes. */
const fastifyProblems: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'content-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad-request',
  FST_ERR_BAD_URL: 'not-found',
};

const TOO_SLOW = 'The search took too long and was given up. Add a word or a filter, or try again shortly.';

const OUTCOME_UNKNOWN =
  'The connection to the database broke while this was being stored, and it is not known whether it was. Look before you send it again; with an Idempotency-Key you need not look.';

/** Turns whatever was thrown into the problem that the caller sees; what is not foreseen is a 500. */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof Unavailable && error.reason === 'slow') {
    return new ProblemError('unavailable', { message: TOO_SLOW, headers: { 'retry-after': '1' } });
  }
  if (error instanceof Unavailable) return new ProblemError('unavailable', { headers: { 'retry-after': '1' } });
  // Not 503: whoever repeats it of his own accord might do it twice.
  if (error instanceof OutcomeUnknown) return new ProblemError('internal', { message: OUTCOME_UNKNOWN });
  const code = fastifyProblems[(error as Partial<FastifyError> | undefined)?.code ?? ''];
  return new ProblemError(code ?? 'internal');
}

/** What goes out for a problem. */
export function problemAnswer(problem: ProblemError, requestId: string) {
  const body = problem.body();
  const told = problem.code === 'internal' ? { ...body, requestId } : body;
  const headers = { ...privateAnswer, ...problem.headers, 'content-type': 'application/problem+json' };
  return { status: body.status, headers, body: JSON.stringify(told) };
}

/** Answers with a problem. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: ProblemError): FastifyReply {
  const { status, headers, body } = problemAnswer(problem, request.id);
  // As bytes: to a text Fastify would add a charset, which this media type does not have.
  return reply
    .code(status)
    .headers({ ...headers, 'x-request-id': request.id })
    .send(Buffer.from(body));
}

/** A whole response, for a connection on which no request could be read. */
export function rawProblem(code: ProblemCode, requestId: string): string {
  const body = JSON.stringify(problemBody(code, problems[code].message));
  const { status, title } = problems[code];
  return [
    `HTTP/1.1 ${status} ${title}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    ...Object.entries(privateAnswer).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
