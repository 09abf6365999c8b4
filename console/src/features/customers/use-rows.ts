import type { Customer } from '@foyer/sdk';
import { type Row, useTable } from '@tanstack/react-table';
import { useMemo } from 'react';
import { type CellContext, type ColumnId, columnIds, features, makeColumns } from './columns.tsx';

/** How many rows are made together. */
const STRETCH = 50;

interface Options {
  readonly customers: readonly Customer[];
  /** The first and the last visible row. */
  readonly first: number;
  readonly last: number;
  readonly columns: readonly ColumnId[];
  readonly context: CellContext;
}

/** The visible rows of the table, by index: making all that were read again with each page would take too long. */
export function useRows(options: Options): (index: number) => Row<typeof features, Customer> | undefined {
  const { customers, columns, context } = options;
  const from = Math.floor(options.first / STRETCH) * STRETCH;
  const to = (Math.floor(options.last / STRETCH) + 1) * STRETCH;
  const data = useMemo(() => customers.slice(from, to), [customers, from, to]);
  const shown = columns.join();
  const columnVisibility = useMemo(
    () => Object.fromEntries(columnIds.map((id) => [id, shown.split(',').includes(id)])),
    [shown],
  );
  const table = useTable({
    features,
    columns: useMemo(() => makeColumns(context), [context]),
    data,
    getRowId: (customer) => String(customer.customerId),
    state: useMemo(() => ({ columnVisibility }), [columnVisibility]),
  });
  const { rows } = table.getRowModel();
  return (index) => rows[index - from];
}
