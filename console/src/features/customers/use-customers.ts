import { FoyerError } from '@foyer/sdk';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { listQuery } from './queries.ts';
import type { ListSearch } from './search.ts';

/** The customers of a list as far as they were read, and the state of the rest. */
export function useCustomers(client: string, search: ListSearch) {
  const list = useInfiniteQuery({ ...listQuery(client, search), placeholderData: keepPreviousData });
  const { data, failureReason } = list;
  const customers = useMemo(() => data?.pages.flatMap((page) => page.customers) ?? [], [data]);
  const first = data?.pages[0];
  return {
    list,
    customers,
    count: first?.count ?? 0,
    isExact: first?.countIsExact ?? true,
    /** The service is making the index of the search; it is asked again until that is done. */
    isBeingPrepared: failureReason instanceof FoyerError && failureReason.status === 503,
  };
}
