/** The errors of the SDK: one class, with a code from a closed list. */
import type { Customer } from './contract/customers.ts';
import { PROBLEM_TYPE_BASE, type Problem, type ProblemCode, problems, type Violation } from './contract/problems.ts';
import { parseRetryAfter } from './retry.ts';
import { keepVersion } from './versions.ts';

/**
 * Why a call failed. `code` is one of the problems that Foyer answers with, or: `timeout` (no answer in time),
 * `network` (no answer at all), `aborted` (by your signal), `unexpected` (an answer that is not Foyer's, from a proxy
 * for example).
 */
export type ErrorCode = ProblemCode | 'timeout' | 'network' | 'aborted' | 'unexpected';

interface Details {
  readonly status?: number;
  readonly requestId?: string;
  readonly violations?: readonly Violation[];
  readonly current?: Customer | undefined;
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** Every error that the SDK throws. */
export class FoyerError extends Error {
  override readonly name = 'FoyerError';
  readonly code: ErrorCode;
  /** The HTTP status, when there was an answer. */
  readonly status: number | undefined;
  /** The id of the request: quote it when you report a fault. */
  readonly requestId: string | undefined;
  /** With `validation`: every field that was refused, and why. */
  readonly violations: readonly Violation[];
  /** With `precondition-failed`: the customer as it is now, to look at and to try again with. */
  readonly current: Customer | undefined;
  /** How many seconds to wait before trying again, if the service says so. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.requestId = details.requestId;
    this.violations = details.violations ?? [];
    this.current = details.current;
    this.retryAfter = details.retryAfter;
  }
}

/** The error that an answer other than 2xx stands for. */
export async function errorOf(response: Response): Promise<FoyerError> {
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const retryAfter = parseRetryAfter(response.headers.get('retry-after'));
  const details = {
    status: response.status,
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
  const problem = await readProblem(response);
  const code = problem?.type.startsWith(PROBLEM_TYPE_BASE) ? problem.type.slice(PROBLEM_TYPE_BASE.length) : '';
  if (problem === undefined || !Object.hasOwn(problems, code)) {
    return new FoyerError('unexpected', `The answer was ${response.status}, and no problem of Foyer`, details);
  }
  const { message, violations = [], current } = problem;
  keepVersion(current, response.headers.get('etag'));
  return new FoyerError(code as ProblemCode, message, { ...details, violations, current });
}

async function readProblem(response: Response): Promise<Problem | undefined> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && 'type' in body && typeof body.type === 'string'
      ? (body as Problem)
      : undefined;
  } catch {
    return undefined;
  }
}
