/** Makes problems of whatever was thrown, and sends them. */
import { Buffer } from 'node:buffer';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type ProblemCode, problems } from '../../../sdk/src/contract/problems.ts';
import { OutcomeUnknown, Unavailable } from '../db/unavailable.ts';
import { InvalidValues, LostPlace, NotFound, Refusal } from '../refusals.ts';
import { ProblemError, problemBody, validationProblem } from './problem.ts';
import { privateAnswer } from './wire/headers.ts';

/** What Fastify itself refuses, by its codes. */
const fastifyProblems: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'content-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad-request',
  FST_ERR_BAD_URL: 'not-found',
};

const TOO_SLOW = 'The search took too long and was given up. Add a word or a filter, or try again shortly.';

const OUTCOME_UNKNOWN =
  'The connection to the database broke while this was being stored, and it is not known whether it was. ' +
  'Look before you send it again; with an Idempotency-Key you need not look.';

const PUT_BACK =
  'The service was restored to an earlier state after this cursor was given out. ' +
  'Export all customers (POST /export/customers), and continue from the Foyer-Cursor header of that answer.';

/** Was it meant, by whichever layer? */
export const isRefusal = (error: unknown): error is ProblemError | Refusal =>
  error instanceof ProblemError || error instanceof Refusal;

/** Turns whatever was thrown into the problem that the caller sees; what is not foreseen is a 500. */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof InvalidValues) return validationProblem(error.violations);
  if (error instanceof NotFound) return new ProblemError('not-found', { message: error.message });
  if (error instanceof LostPlace)
    return new ProblemError('gone', error.loss === 'put-back' ? { message: PUT_BACK } : {});
  if (error instanceof Unavailable && error.reason === 'slow') {
    return new ProblemError('unavailable', { message: TOO_SLOW, headers: { 'retry-after': '1' } });
  }
  if (error instanceof Unavailable) return new ProblemError('unavailable', { headers: { 'retry-after': '1' } });
  // Not 503: a caller that retries automatically might do it twice.
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
  // As bytes: to a text Fastify would add a charset, which this media type does not define.
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
