/** Chooses how the rows of an export are found. */
import type { Store } from '../../db/store.ts';
import type { Principal } from '../../db/transaction/change.ts';
import type { CustomerRow } from '../customers/columns.ts';
import type { SentFilters } from '../search/filters.ts';
import type { Search } from '../search/searcher.ts';
import { allRows } from './all-rows.ts';
import { fittingRows } from './fitting-rows.ts';

/** The rows of an export. The search is asked only if there are filters other than a time. */
export function chooseRows(
  store: Store,
  search: Search,
  who: Principal,
  filters: SentFilters,
): AsyncGenerator<CustomerRow[]> {
  const { changedSince, ...others } = filters;
  const isFiltered = Object.values(others).some(
    (value) => value !== '' && !(Array.isArray(value) && value.length === 0),
  );
  return isFiltered ? fittingRows(store, search, who, filters) : allRows(store, who.clientId, changedSince ?? 0);
}
