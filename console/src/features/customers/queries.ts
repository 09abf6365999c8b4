import type { Customer, CustomerPage } from '@foyer/sdk';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ask } from '../../api.ts';
import { asQuery, type ListSearch } from './search.ts';

const PAGE_ROWS = 100;

/** The prefix of all query keys of a client's customers. */
const customersKey = (client: string) => ['customers', client] as const;
export const listsKey = (client: string) => [...customersKey(client), 'list'] as const;

export const listQuery = (client: string, { row: _, sort, ...filters }: ListSearch) =>
  infiniteQueryOptions({
    queryKey: [...listsKey(client), { ...filters, sort }],
    queryFn: ({ signal, pageParam }) =>
      ask(client, ({ customers }) =>
        customers.search(
          filters.search ?? '',
          { ...asQuery(filters), sort, limit: PAGE_ROWS, ...(pageParam === '' ? {} : { cursor: pageParam }) },
          { signal, retries: 0 },
        ),
      ),
    initialPageParam: '',
    getNextPageParam: (page: CustomerPage) => page.nextCursor ?? undefined,
    // The events keep it up to date; reading a hundred pages again on each change of window would be a waste.
    refetchOnWindowFocus: false,
  });

export const customerKey = (client: string, customerId: number) =>
  [...customersKey(client), 'one', customerId] as const;

export const customerQuery = (client: string, customerId: number) =>
  queryOptions({
    queryKey: customerKey(client, customerId),
    queryFn: ({ signal }): Promise<Customer> =>
      ask(client, ({ customers }) => customers.get({ customerId }, { signal, retries: 0 })),
    // The SDK knows the version of the very object that it returned.
    structuralSharing: false,
  });

export const historyKey = (client: string, customerId: number) =>
  [...customersKey(client), 'history', customerId] as const;
