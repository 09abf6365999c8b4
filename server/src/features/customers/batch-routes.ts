/** The endpoints of upserts, batches and reading many customers. */
import { Readable } from 'node:stream';
import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Serve } from '../../http/endpoint.ts';
import { validationProblem } from '../../http/problem.ts';
import { chooseFormat, type Format } from '../exports/formats.ts';
import { batchLines } from './batch.ts';
import { tables } from './finder.ts';
import { getMany } from './get-many.ts';
import { carryOut, planUpsert, rightsOf } from './upsert.ts';
import { checkVersion, customerReply } from './version.ts';

const MOST_ASKED = 1000;

export function customerBatchRoutes(serve: Serve): void {
  const { upsert, batch, getMany: many } = endpoints.customers;

  serve(
    upsert,
    ({ once, key, values, ifMatch }) =>
      once.write(async (tx) => {
        const plan = await planUpsert(tables(tx), { values, violations: [] }, rightsOf(key));
        checkVersion(plan.customer, key, ifMatch);
        if (plan.violations.length > 0) throw validationProblem(plan.violations);
        const { outcome, row } = await carryOut(tx, plan, values);
        const status = outcome === 'created' ? 201 : 200;
        return customerReply(row, key, { status, headers: { 'foyer-outcome': outcome } });
      }),
    ({ store, key, values, ifMatch }, broken) =>
      store.read(key.clientId, async (tx) => {
        const { customer, violations } = await planUpsert(tables(tx), { values, violations: broken }, rightsOf(key));
        checkVersion(customer, key, ifMatch);
        return violations;
      }),
  );

  serve(batch, async ({ once, key, values, accept }) => {
    const format = chooseFormat(accept, ['application/json', 'application/x-ndjson']);
    const parts = batchLines(once, key, values.customers ?? [], rightsOf(key));
    // The first part is stored before the answer begins, so that a failing database is still a problem with its status.
    const first = await parts.next();
    const stream = Readable.from(pieces(format, first, parts), { objectMode: false });
    return { contentType: format.contentType, stream };
  });

  serve(many, async ({ store, key, values }) => {
    const { customerIds = [], emails = [] } = values;
    if (customerIds.length + emails.length > MOST_ASKED) throw tooMany();
    return getMany(store, key, customerIds, emails);
  });
}

async function* pieces(format: Format, first: IteratorResult<string[]>, rest: AsyncGenerator<string[]>) {
  if (!first.done) yield format.head + format.page(first.value, true);
  for await (const lines of rest) yield format.page(lines, false);
  yield format.tail;
}

const tooMany = () =>
  validationProblem([
    {
      field: 'emails',
      code: 'max',
      message: `Ask for at most ${MOST_ASKED} customers, numbers and addresses together.`,
    },
  ]);
