import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { ListSearch } from './search.ts';

const route = getRouteApi('/$client/customers');

/** Navigation from the list to other places in it, and to records: all of them are addresses. */
export function useListAddress(client: string) {
  const navigate = route.useNavigate();
  const { row: _, ...search } = route.useSearch();
  const address = JSON.stringify(search);

  const change = useCallback(
    (next: Partial<ListSearch>, replace = false) =>
      void navigate({ to: '.', search: (now) => ({ ...now, row: undefined, ...next }), replace }),
    [navigate],
  );
  const keepPlace = useCallback(
    (row: number | undefined) => void navigate({ to: '.', search: (now) => ({ ...now, row }), replace: true }),
    [navigate],
  );
  const open = useCallback(
    (id: number, edit = false) =>
      void navigate({
        to: '/$client/customers/$customerId',
        params: { client, customerId: String(id) },
        search: true,
        state: { edit },
      }),
    [navigate, client],
  );
  const makeNew = useCallback(
    () => void navigate({ to: '/$client/customers/new', params: { client }, search: true }),
    [navigate, client],
  );
  const close = useCallback(
    () => void navigate({ to: '/$client/customers', params: { client }, search: true }),
    [navigate, client],
  );
  /** For a middle click, and for copying. */
  const hrefOf = useMemo(() => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(JSON.parse(address) as object)) {
      for (const one of [value].flat()) query.append(name, String(one));
    }
    const behind = query.size === 0 ? '' : `?${query}`;
    return (id: number) => `/console/${client}/customers/${id}${behind}`;
  }, [address, client]);
  return { change, keepPlace, open, makeNew, close, hrefOf };
}
