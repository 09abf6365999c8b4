import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Serve } from '../../endpoint.ts';
import { ProblemError } from '../../problem.ts';
import { customerById } from '../customers/queries.ts';
import { setClientTypes } from './writes.ts';

const noSuchCustomer = () => new ProblemError('not-found', { message: 'There is no customer with this number.' });

export function clientTypeRoutes(serve: Serve): void {
  const { get, set } = endpoints.clientTypes;

  serve(get, async ({ store, key, params }) => {
    const row = await store.read(key.clientId, (tx) => tx.get(customerById, params));
    if (row === undefined) throw noSuchCustomer();
    return row.tags;
  });

  serve(set, async ({ store, key, params, values }) =>
    store.write(key, async (tx) => {
      const customer = await tx.get(customerById, params);
      if (customer === undefined) throw noSuchCustomer();
      return setClientTypes(tx, customer, values.clienttypes ?? [], key.clientTypes);
    }),
  );
}
