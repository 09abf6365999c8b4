/** The endpoints of one customer: create, get, update, find. */
import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { ReadTransaction } from '../../db/transaction/read.ts';
import type { Caller } from '../../http/caller.ts';
import type { Serve } from '../../http/endpoint.ts';
import { validationProblem } from '../../http/problem.ts';
import { keyOfEmail } from '../../http/wire/email.ts';
import type { CustomerRow } from './columns.ts';
import { noSuchAddress, noSuchCustomer } from './missing.ts';
import { customerByEmail, customerById } from './queries.ts';
import type { CustomerValues } from './rules.ts';
import { findTaken } from './taken.ts';
import { rightsOf } from './upsert.ts';
import { checkVersion, customerReply } from './version.ts';
import { createCustomer, updateCustomer } from './writes.ts';

export function customerRoutes(serve: Serve): void {
  const { create, get, update, findByEmail } = endpoints.customers;

  serve(
    create,
    ({ once, key, values }) =>
      once.write(async (tx) => {
        const violations = await taken(tx, key, values);
        if (violations.length > 0) throw validationProblem(violations);
        return customerReply(await createCustomer(tx, values), key);
      }),
    ({ store, key, values }) => store.read(key.clientId, (tx) => taken(tx, key, values)),
  );

  serve(get, async ({ store, key, params }) => {
    const row = await store.read(key.clientId, (tx) => tx.get(customerById, params));
    if (row === undefined) throw noSuchCustomer();
    return customerReply(row, key);
  });

  serve(
    update,
    ({ once, key, params, values, ifMatch }) =>
      once.write(async (tx) => {
        const before = await tx.get(customerById, params);
        if (before === undefined) throw noSuchCustomer();
        checkVersion(before, key, ifMatch);
        const violations = await taken(tx, key, values, before);
        if (violations.length > 0) throw validationProblem(violations);
        return customerReply(await updateCustomer(tx, before, values), key);
      }),
    ({ store, key, params, values, ifMatch }) =>
      store.read(key.clientId, async (tx) => {
        const before = await tx.get(customerById, params);
        if (before === undefined) throw noSuchCustomer();
        checkVersion(before, key, ifMatch);
        return taken(tx, key, values, before);
      }),
  );

  serve(findByEmail, async ({ store, key, values }) => {
    const emailKey = keyOfEmail(values.email ?? '');
    const row = await store.read(key.clientId, (tx) => tx.get(customerByEmail, { emailKey }));
    if (row === undefined) throw noSuchAddress();
    return customerReply(row, key);
  });
}

function taken(tx: ReadTransaction, key: Caller, values: CustomerValues, self?: CustomerRow): Promise<Violation[]> {
  return findTaken(tx, values, self, rightsOf(key).tell);
}
