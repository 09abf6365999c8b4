/** A batch of upserts: stored in parts, with a line for each as they are stored. */
import { setImmediate as turn } from 'node:timers/promises';
import { upsertInput } from '../../../../sdk/src/contract/customer-batches.ts';
import { problems } from '../../../../sdk/src/contract/problems.ts';
import type { Caller } from '../../http/caller.ts';
import type { Writes } from '../../http/idempotency/writes.ts';
import { type ProblemError, validationProblem } from '../../http/problem.ts';
import { toProblem } from '../../http/problem-answer.ts';
import { checkBody } from '../../http/wire/check.ts';
import { presentCustomer } from './rules.ts';
import type { Rights } from './upsert.ts';
import { type UpsertResult, upsertAll } from './upsert-all.ts';

/** How long others may have to wait for one part; it decides how many go into one. */
const PART_MS = 5;
const [FIRST, FEWEST, MOST] = [64, 16, 256];

/** The lines of a batch, a part of them at a time. Rejects before the first if nothing could be stored. */
export async function* batchLines(
  once: Pick<Writes<unknown>, 'part'>,
  caller: Caller,
  customers: readonly unknown[],
  rights: Rights,
): AsyncGenerator<string[]> {
  let size = FIRST;
  for (let at = 0; at < customers.length; ) {
    const part = customers.slice(at, at + size);
    const items = part.filter(isObject).map((customer) => checkBody(upsertInput, customer, true, caller.timeZone));
    const began = performance.now();
    let lines: string[];
    try {
      lines = await once.part(async (tx) => {
        const said = (await upsertAll(tx, items, rights)).map((result) => lineOf(result, caller.timeZone)).values();
        return part.map((customer, index) => (isObject(customer) ? (said.next().value ?? '') : noObject(at + index)));
      }, part.length);
    } catch (error) {
      const problem = toProblem(error);
      // An error that is not the database's is ours: the answer breaks off.
      if (at === 0 || problem.code === 'internal') throw error;
      yield customers.slice(at).map(() => refused(problem));
      return;
    }
    yield lines;
    // If the part was done before, these are its stored lines.
    at += lines.length;
    size = sizeOf(lines.length, performance.now() - began);
    await turn();
  }
}

/** How many to write next, given how long the last ones took. */
const sizeOf = (size: number, ms: number): number =>
  Math.max(FEWEST, Math.min(MOST, Math.round((size * PART_MS) / ms)));

const isObject = (customer: unknown): customer is object =>
  typeof customer === 'object' && customer !== null && !Array.isArray(customer);

function noObject(at: number): string {
  const field = `customers.${at}`;
  return refused(validationProblem([{ field, code: 'type', message: `The ${field} item must be an object.` }]));
}

function lineOf(result: UpsertResult, timeZone: string): string {
  if ('violations' in result) return refused(validationProblem(result.violations));
  const { outcome, row } = result;
  const status = outcome === 'created' ? 201 : 200;
  const customer = presentCustomer(row, timeZone);
  return `{"status":${status},"outcome":"${outcome}","customer":${customer},"violations":[],"message":null}`;
}

const refused = ({ code, violations, message }: ProblemError): string =>
  JSON.stringify({ status: problems[code].status, outcome: null, customer: null, violations, message });
