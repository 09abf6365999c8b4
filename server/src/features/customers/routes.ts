import { customerInput } from '../../../../sdk/src/contract/customers.ts';
import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { ApiKey } from '../../auth.ts';
import type { ReadTransaction } from '../../db/transaction.ts';
import type { Serve } from '../../endpoint.ts';
import { ProblemError, validationProblem } from '../../problem.ts';
import { foldCase } from '../../wire/text.ts';
import { customerByEmail, customerById } from './queries.ts';
import { type CustomerValues, presentCustomer } from './rules.ts';
import { findTaken } from './taken.ts';
import { createCustomer, updateCustomer } from './writes.ts';

const noSuchCustomer = (message = 'There is no customer with this number.') =>
  new ProblemError('not-found', { message });

export function customerRoutes(serve: Serve): void {
  const { create, get, update, findByEmail } = endpoints.customers;

  serve(create, async ({ store, key, values, violations: broken }) => {
    if (broken.length > 0) {
      throw await store.read(key.clientId, async (tx) => refusal(broken, await taken(tx, key, values)));
    }
    const row = await store.write(key, async (tx) => {
      const violations = await taken(tx, key, values);
      if (violations.length > 0) throw validationProblem(violations);
      return createCustomer(tx, values);
    });
    return presentCustomer(row, key.timeZone);
  });

  serve(get, async ({ store, key, params }) => {
    const row = await store.read(key.clientId, (tx) => tx.get(customerById, params));
    if (row === undefined) throw noSuchCustomer();
    return presentCustomer(row, key.timeZone);
  });

  serve(update, async ({ store, key, params, values, violations: broken }) => {
    const { customerId } = params;
    if (broken.length > 0) {
      throw await store.read(key.clientId, async (tx) => {
        if ((await tx.get(customerById, params)) === undefined) return noSuchCustomer();
        return refusal(broken, await taken(tx, key, values, customerId));
      });
    }
    const row = await store.write(key, async (tx) => {
      const before = await tx.get(customerById, params);
      if (before === undefined) throw noSuchCustomer();
      const violations = await taken(tx, key, values, customerId);
      if (violations.length > 0) throw validationProblem(violations);
      return updateCustomer(tx, before, values);
    });
    return presentCustomer(row, key.timeZone);
  });

  serve(findByEmail, async ({ store, key, values }) => {
    const emailKey = foldCase(values.email ?? '');
    const row = await store.read(key.clientId, (tx) => tx.get(customerByEmail, { emailKey }));
    if (row === undefined) throw noSuchCustomer('There is no customer with this e-mail address.');
    return presentCustomer(row, key.timeZone);
  });
}

function taken(tx: ReadTransaction, key: ApiKey, values: CustomerValues, self?: number): Promise<Violation[]> {
  return findTaken(tx, values, self, key.scopes.has('customers:read'));
}

const order = Object.keys(customerInput);

/** All that is wrong with a body, in the order of its fields. */
function refusal(violations: readonly Violation[], taken: readonly Violation[]): ProblemError {
  const all = [...violations, ...taken];
  return validationProblem(all.sort((a, b) => order.indexOf(a.field) - order.indexOf(b.field)));
}
