/** Refused requests: by the code of the problem (failed sign-ins, invalid keys), and by the limit that was reached. */
import { Counter } from 'prom-client';
import { problems } from '../../../sdk/src/contract/problems.ts';
import type { Limit } from '../http/problem.ts';
import { toProblem } from '../http/problem-answer.ts';
import type { Into } from './measure.ts';

const limits: Readonly<Record<Limit, true>> = {
  'key-rate': true,
  'failed-keys': true,
  'readers-of-key': true,
  readers: true,
  'sign-in': true,
};

export class ProblemMeasure {
  readonly #problems: Counter<'code'>;
  readonly #limits: Counter<'limit'>;

  constructor({ registry }: Into) {
    this.#problems = new Counter({
      name: 'foyer_problems_total',
      help: 'Requests that were answered with a problem, by its code.',
      labelNames: ['code'],
      registers: [registry],
    });
    this.#limits = new Counter({
      name: 'foyer_limit_refusals_total',
      help: 'Requests that were refused by a limit.',
      labelNames: ['limit'],
      registers: [registry],
    });
    // Present from the start, so that the first refusal shows as a step.
    for (const code of Object.keys(problems)) this.#problems.inc({ code }, 0);
    for (const limit of Object.keys(limits)) this.#limits.inc({ limit }, 0);
  }

  count(error: unknown): void {
    const { code, limit } = toProblem(error);
    this.#problems.inc({ code });
    if (limit !== undefined) this.#limits.inc({ limit });
  }
}
