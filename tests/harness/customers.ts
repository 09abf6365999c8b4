/** Many customers at once, for tests that are not about how they are made. */
import type { Store } from '../../server/src/db/store.ts';
import { setClientTypes } from '../../server/src/features/client-types/writes.ts';
import type { CustomerValues } from '../../server/src/features/customers/rules.ts';
import { createCustomer } from '../../server/src/features/customers/writes.ts';

export interface NewCustomer extends CustomerValues {
  readonly clienttypes?: readonly string[];
}

/** Makes them through the store, not through HTTP; they are numbered in order. Values are as they are stored. */
export async function makeCustomers(store: Store, clientId: number, all: readonly NewCustomer[]): Promise<void> {
  const principal = { clientId, actor: { kind: 'command', id: null } } as const;
  await Promise.all(
    all.map(({ clienttypes = [], ...values }) =>
      store.write(principal, async (tx) => {
        const customer = await createCustomer(tx, values);
        if (clienttypes.length > 0) await setClientTypes(tx, customer, clienttypes, 'open');
      }),
    ),
  );
}
