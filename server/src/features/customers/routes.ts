import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { ApiKey } from '../../auth.ts';
import type { ReadTransaction } from '../../db/transaction.ts';
import type { Serve } from '../../endpoint.ts';
import { Reply } from '../../operation.ts';
import { ProblemError, validationProblem } from '../../problem.ts';
import { foldCase } from '../../wire/text.ts';
import { customerByEmail, customerById } from './queries.ts';
import { type CustomerValues, inFieldOrder, presentCustomer } from './rules.ts';
import { findTaken } from './taken.ts';
import { carryOut, planUpsert, type Rights } from './upsert.ts';
import { createCustomer, updateCustomer } from './writes.ts';

const noSuchCustomer = (message = 'There is no customer with this number.') =>
  new ProblemError('not-found', { message });

export function customerRoutes(serve: Serve): void {
  const { create, get, update, upsert, findByEmail } = endpoints.customers;

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

  serve(upsert, async ({ store, key, values, violations }) => {
    const checked = { values, violations };
    if (violations.length > 0) {
      throw await store.read(key.clientId, async (tx) =>
        validationProblem((await planUpsert(tx, checked, rightsOf(key))).violations),
      );
    }
    const { outcome, row } = await store.write(key, async (tx) => {
      const plan = await planUpsert(tx, checked, rightsOf(key));
      if (plan.violations.length > 0) throw validationProblem(plan.violations);
      return carryOut(tx, plan, values);
    });
    const status = outcome === 'created' ? 201 : 200;
    return new Reply(presentCustomer(row, key.timeZone), { status, headers: { 'foyer-outcome': outcome } });
  });

  serve(findByEmail, async ({ store, key, values }) => {
    const emailKey = foldCase(values.email ?? '');
    const row = await store.read(key.clientId, (tx) => tx.get(customerByEmail, { emailKey }));
    if (row === undefined) throw noSuchCustomer('There is no customer with this e-mail address.');
    return presentCustomer(row, key.timeZone);
  });
}

const tells = ({ scopes }: ApiKey): boolean => scopes.has('customers:read');
const rightsOf = (key: ApiKey): Rights => ({ tell: tells(key), clientTypes: key.clientTypes });

function taken(tx: ReadTransaction, key: ApiKey, values: CustomerValues, self?: number): Promise<Violation[]> {
  return findTaken(tx, values, self, tells(key));
}

/** All that is wrong with a body. */
const refusal = (violations: readonly Violation[], taken: readonly Violation[]): ProblemError =>
  validationProblem(inFieldOrder([...violations, ...taken]));
