/** Errors on the wire: RFC 9457 problems, each with one of the codes that the contract lists. */
import type { Customer } from '../../../sdk/src/contract/customers.ts';
import {
  PROBLEM_TYPE_BASE,
  type Problem,
  type ProblemCode,
  problems,
  type Violation,
} from '../../../sdk/src/contract/problems.ts';
import type { JsonText } from './wire/json.ts';

/** The limits by which a request may be refused. */
export type Limit = 'key-rate' | 'failed-keys' | 'readers-of-key' | 'readers' | 'sign-in';

interface Details {
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly violations?: readonly Violation[];
  /** The limit that was reached, for the metrics. */
  readonly limit?: Limit;
  /** The customer as it is now. */
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

/** Refuses a body, with all its violations. */
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
