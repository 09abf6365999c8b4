/** The line of one customer in the answer to a batch. Pure. */
import { problems } from '../../../../sdk/src/contract/problems.ts';
import { type ProblemError, validationProblem } from '../../http/problem.ts';
import { presentCustomer } from './rules.ts';
import type { UpsertResult } from './upsert-all.ts';

export function lineOf(result: UpsertResult, timeZone: string): string {
  if ('violations' in result) return refused(validationProblem(result.violations));
  const { outcome, row } = result;
  const status = outcome === 'created' ? 201 : 200;
  const customer = presentCustomer(row, timeZone);
  return `{"status":${status},"outcome":"${outcome}","customer":${customer},"violations":[],"message":null}`;
}

export const refused = ({ code, violations, message }: ProblemError): string =>
  JSON.stringify({ status: problems[code].status, outcome: null, customer: null, violations, message });
