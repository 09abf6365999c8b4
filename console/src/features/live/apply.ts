import type { Change, Customer, CustomerPage } from '@foyer/sdk';
import type { InfiniteData } from '@tanstack/react-query';
import { queries } from '../../api.ts';
import { clientTypesKey } from '../client-types/queries.ts';
import { customerKey, historyKey, listsKey } from '../customers/queries.ts';

/** Lists of up to this many pages are read again when a customer joins or leaves them. */
const MOST_PAGES = 2;

type List = InfiniteData<CustomerPage>;

/** Shows changes made elsewhere: in every list that has the customer, and on its own page. */
export function applyChanges(client: string, changes: readonly Change[]): void {
  const latest = new Map<number, Customer | null>();
  for (const { customerId, customer } of changes) latest.set(customerId, customer);
  queries.setQueriesData<List>({ queryKey: listsKey(client) }, (list) => list && withLatest(list, latest));
  for (const customerId of latest.keys()) {
    void queries.invalidateQueries({ queryKey: customerKey(client, customerId) });
    void queries.invalidateQueries({ queryKey: historyKey(client, customerId) });
  }
  if (changes.some(({ fields }) => fields.includes('customerTags'))) {
    void queries.invalidateQueries({ queryKey: clientTypesKey(client) });
  }
  void queries.invalidateQueries({
    queryKey: listsKey(client),
    predicate: ({ state }) => ((state.data as List | undefined)?.pages.length ?? 0) <= MOST_PAGES,
  });
}

function withLatest(list: List, latest: ReadonlyMap<number, Customer | null>): List {
  const isTouched = ({ customers }: CustomerPage) => customers.some(({ customerId }) => latest.has(customerId));
  if (!list.pages.some(isTouched)) return list;
  const pages = list.pages.map((page) =>
    isTouched(page)
      ? { ...page, customers: page.customers.map((customer) => latest.get(customer.customerId) ?? customer) }
      : page,
  );
  return { ...list, pages };
}
