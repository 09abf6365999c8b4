import { getRouteApi, Outlet, useMatchRoute, useParams } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { FormProblem } from '../../ui/form-problem.tsx';
import { useKeys } from '../../ui/keys.ts';
import { usePageTitle } from '../../ui/page-title.ts';
import { useTelling } from '../../ui/use-telling.ts';
import { useClient, useMay, useSession } from '../session/queries.ts';
import { columnIds, defaultColumns } from './columns.tsx';
import styles from './customers.module.css';
import { FilterBar } from './filter-bar.tsx';
import { Grid, type GridHandle } from './grid.tsx';
import { ListState } from './list-state.tsx';
import { RecordOpen } from './record-open.ts';
import { hasFilters, type ListSearch, noFilters, type Sort } from './search.ts';
import { SearchBox } from './search-box.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { Toolbar } from './toolbar.tsx';
import { useCustomers } from './use-customers.ts';
import { useExport } from './use-export.ts';
import { useListAddress } from './use-list-address.ts';
import { useSelection } from './use-selection.ts';

const route = getRouteApi('/$client/customers');

/** The home page: the search, the list, and beside it the open record. */
export default function CustomersPage() {
  const { t } = useTranslation();
  const client = useClient();
  const search = route.useSearch();
  const { customerId } = useParams({ strict: false });
  const isNew = useMatchRoute()({ to: '/$client/customers/new' }) !== false;
  const isRecordOpen = customerId !== undefined || isNew;
  const { preferences } = useSession();
  const mayWrite = useMay('customers:write');
  const telling = useTelling(client);
  const selection = useSelection();
  const address = useListAddress(client.name);
  const input = useRef<HTMLInputElement>(null);
  const grid = useRef<GridHandle>(null);
  usePageTitle(isRecordOpen ? undefined : t('customers.title'));

  const { row, sort, ...filters } = search;
  const order: Sort = sort ?? (filters.search === undefined ? 'name' : 'relevance');
  const { list, customers, count, isExact, isBeingPrepared } = useCustomers(client.name, search);
  const file = useExport(client.name, filters);
  const makeNew = mayWrite ? address.makeNew : undefined;
  const change = (next: Partial<ListSearch>, replace = false) => {
    selection.clear();
    address.change(next, replace);
  };
  const close = () => {
    address.close();
    requestAnimationFrame(() => grid.current?.focusRow());
  };
  const toSearch = () => {
    input.current?.focus();
    input.current?.select();
  };
  const toList = isRecordOpen ? undefined : () => grid.current?.focusRow();
  useKeys({ '/': toSearch, n: makeNew, ArrowDown: toList, ArrowUp: toList });

  const { nameOrder } = client;
  const { hrefOf } = address;
  const context = useMemo(
    () => ({ search: filters.search, telling, nameOrder, hrefOf, t }),
    [filters.search, telling, nameOrder, hrefOf, t],
  );
  const chosen = preferences.columns.length > 0 ? preferences.columns : defaultColumns;
  const columns = columnIds.filter((id) => id === 'name' || chosen.includes(id));

  return (
    <div className={styles.split} data-open={isRecordOpen || undefined}>
      <section className={styles.list} aria-label={t('customers.title')}>
        <Toolbar
          count={list.isSuccess ? count : undefined}
          isExact={isExact}
          isFiltered={hasFilters(filters)}
          columns={columns}
          file={file}
          onNew={makeNew}
        />
        {file.error && (
          <div className={styles.problem}>
            <FormProblem error={file.error} />
          </div>
        )}
        <div className={styles.controls}>
          <SearchBox
            inputRef={input}
            search={filters.search}
            onSearch={(text, isNewSearch) => change({ search: text, sort: undefined }, !isNewSearch)}
            onDown={() => grid.current?.focusRow(0)}
            onEnter={() => {
              const [first] = customers;
              if (first !== undefined && !list.isPlaceholderData) address.open(first.customerId);
            }}
          />
          <FilterBar filters={filters} telling={telling} onChange={change} />
        </div>
        {customers.length === 0 ? (
          <ListState
            list={list}
            isBeingPrepared={isBeingPrepared}
            filters={filters}
            onClear={() => change(noFilters)}
            onNew={makeNew}
          />
        ) : (
          <Grid
            ref={grid}
            label={t('customers.title')}
            list={JSON.stringify([client.name, filters, order])}
            customers={customers}
            count={count}
            columns={columns}
            context={context}
            selection={selection.rows}
            onSelect={selection.select}
            canSelect={mayWrite}
            sort={order}
            onSort={(by) => change({ sort: by })}
            openId={customerId === undefined ? undefined : Number(customerId)}
            onOpen={address.open}
            onLeave={toSearch}
            row={row}
            onPlace={address.keepPlace}
            hasMore={list.hasNextPage}
            isReading={list.isFetching}
            onMore={list.fetchNextPage}
            isCompact={preferences.density === 'compact'}
            isOld={list.isPlaceholderData}
          />
        )}
        {selection.rows.size > 0 && (
          <SelectionBar
            selection={selection}
            filters={filters}
            count={count}
            canTakeAll={isExact && selection.rows.size === customers.length && count > customers.length}
          />
        )}
      </section>
      <RecordOpen value={close}>
        <Outlet />
      </RecordOpen>
    </div>
  );
}
