/** A batch of upserts: stored in parts, with a line for each as they are stored. */
import { setImmediate as turn } from 'node:timers/promises';
import { upsertInput } from '../../../../sdk/src/contract/customer-batches.ts';
import type { Caller } from '../../http/caller.ts';
import type { Writes } from '../../http/idempotency/writes.ts';
import { validationProblem } from '../../http/problem.ts';
import { toProblem } from '../../http/problem-answer.ts';
import { checkBody } from '../../http/wire/check.ts';
import { refused } from './batch-line.ts';
import { writeUpserts } from './batch-part.ts';
import type { Rights } from './upsert.ts';

/** How long others may have to wait for one part; it decides how many go into one. */
const PART_MS = 10;
const [FIRST, FEWEST, MOST] = [64, 16, 512];

/** The lines of a batch, a part of them at a time. Rejects before the first if nothing could be stored. */
export async function* batchLines(
  once: Pick<Writes<unknown>, 'part' | 'heavyPart'>,
  caller: Caller,
  customers: readonly unknown[],
  rights: Rights,
): AsyncGenerator<string[]> {
  let size = FIRST;
  // A thread may have to start first: it is not worth that for a few.
  const isLarge = customers.length > FIRST;
  for (let at = 0; at < customers.length; ) {
    const part = customers.slice(at, at + size);
    const items = part.map((customer, index) =>
      isObject(customer) ? checkBody(upsertInput, customer, true, caller.timeZone) : noObject(at + index),
    );
    const began = performance.now();
    let lines: string[];
    try {
      const args = { items, rights, timeZone: caller.timeZone };
      const text = isLarge
        ? await once.heavyPart(writeUpserts, args, part.length)
        : await once.part((tx) => writeUpserts.run(tx, args), part.length);
      lines = text.split('\n');
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

/** The line of what is no customer at all. */
function noObject(at: number): string {
  const field = `customers.${at}`;
  return refused(validationProblem([{ field, code: 'type', message: `The ${field} item must be an object.` }]));
}
