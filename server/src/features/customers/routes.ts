import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { ApiKey } from '../../auth.ts';
import type { ReadTransaction } from '../../db/transaction.ts';
import type { Serve } from '../../endpoint.ts';
import { Reply } from '../../operation.ts';
import { ProblemError, validationProblem } from '../../problem.ts';
import { foldCase } from '../../wire/text.ts';
import { customerByEmail, customerById } from './queries.ts';
import { type CustomerValues, presentCustomer } from './rules.ts';
import { findTaken } from './taken.ts';
import { carryOut, planUpsert, type Rights } from './upsert.ts';
import { createCustomer, updateCustomer } from './writes.ts';

const noSuchCustomer = (message = 'There is no customer with this number.') =>
  new ProblemError('not-found', { message });

export function customerRoutes(serve: Serve): void {
  const { create, get, update, upsert, findByEmail } = endpoints.customers;

  serve(
    create,
    async ({ store, key, values }) => {
      const row = await store.write(key, async (tx) => {
        const violations = await taken(tx, key, values);
        if (violations.length > 0) throw validationProblem(violations);
        return createCustomer(tx, values);
      });
      return presentCustomer(row, key.timeZone);
    },
    ({ store, key, values }) => store.read(key.clientId, (tx) => taken(tx, key, values)),
  );

  serve(get, async ({ store, key, params }) => {
    const row = await store.read(key.clientId, (tx) => tx.get(customerById, params));
    if (row === undefined) throw noSuchCustomer();
    return presentCustomer(row, key.timeZone);
  });

  serve(
    update,
    async ({ store, key, params, values }) => {
      const row = await store.write(key, async (tx) => {
        const before = await tx.get(customerById, params);
        if (before === undefined) throw noSuchCustomer();
        const violations = await taken(tx, key, values, params.customerId);
        if (violations.length > 0) throw validationProblem(violations);
        return updateCustomer(tx, before, values);
      });
      return presentCustomer(row, key.timeZone);
    },
    ({ store, key, params, values }) =>
      store.read(key.clientId, async (tx) => {
        if ((await tx.get(customerById, params)) === undefined) throw noSuchCustomer();
        return taken(tx, key, values, params.customerId);
      }),
  );

  serve(
    upsert,
    async ({ store, key, values }) => {
      const { outcome, row } = await store.write(key, async (tx) => {
        const plan = await planUpsert(tx, { values, violations: [] }, rightsOf(key));
        if (plan.violations.length > 0) throw validationProblem(plan.violations);
        return carryOut(tx, plan, values);
      });
      const status = outcome === 'created' ? 201 : 200;
      return new Reply(presentCustomer(row, key.timeZone), { status, headers: { 'foyer-outcome': outcome } });
    },
    ({ store, key, values }, violations) =>
      store.read(key.clientId, async (tx) => (await planUpsert(tx, { values, violations }, rightsOf(key))).violations),
  );

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
