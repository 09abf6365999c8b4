import type { Customer } from '@foyer/sdk';
import { Checkbox } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type RowSelectionState, type Updater, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type Ref, useEffect, useImperativeHandle, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type CellContext, type ColumnId, columnIds, features, makeColumns } from './columns.tsx';
import styles from './customers.module.css';
import { GridRow } from './grid-row.tsx';
import { Headings } from './headings.tsx';
import type { Sort } from './search.ts';
import { useFittingColumns } from './use-fitting-columns.ts';
import { useGridKeys } from './use-grid-keys.ts';
import { usePlace } from './use-place.ts';

const ROWS_PX = { normal: 40, compact: 32, phone: 60 };
/** So many rows before the end of what was read the next page is asked for. */
const AHEAD = 30;
const AWAITED = 8;

export interface GridHandle {
  focusRow(index?: number): void;
}

interface Props {
  readonly ref: Ref<GridHandle>;
  readonly label: string;
  readonly list: string;
  readonly customers: readonly Customer[];
  readonly count: number;
  readonly columns: readonly ColumnId[];
  readonly context: CellContext;
  readonly selection: RowSelectionState;
  readonly onSelection: (next: Updater<RowSelectionState>) => void;
  readonly canSelect: boolean;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly openId: number | undefined;
  readonly onOpen: (customerId: number, edit?: boolean) => void;
  readonly onLeave: () => void;
  readonly row: number | undefined;
  readonly onPlace: (row: number | undefined) => void;
  readonly hasMore: boolean;
  readonly isReading: boolean;
  readonly onMore: () => void;
  readonly isCompact: boolean;
  readonly isOld: boolean;
}

/** The list itself: only the rows that are seen are there. */
export function Grid(props: Props) {
  const { customers, context, selection, onSelection, hasMore, isReading, onMore, onOpen, list } = props;
  const { t } = useTranslation();
  const isPhone = useMediaQuery('(max-width: 767px)', false, { getInitialValueInEffect: false });
  const rowPx = isPhone ? ROWS_PX.phone : props.isCompact ? ROWS_PX.compact : ROWS_PX.normal;
  const { ref: sizeRef, fitting, template } = useFittingColumns(props.columns);
  const scroller = useRef<HTMLDivElement>(null);
  const columns = useMemo(() => makeColumns(context), [context]);
  const columnVisibility = Object.fromEntries(columnIds.map((id) => [id, fitting.includes(id)]));
  const table = useTable({
    features,
    columns,
    data: customers as Customer[],
    getRowId: (customer) => String(customer.customerId),
    state: { rowSelection: selection, columnVisibility },
    onRowSelectionChange: onSelection,
  });
  const { rows } = table.getRowModel();
  const virtualizer = useVirtualizer({
    count: rows.length + (hasMore ? AWAITED : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    getItemKey: (index) => rows[index]?.id ?? `awaited-${index}`,
    overscan: 8,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height of rows is measured anew
  useEffect(() => virtualizer.measure(), [rowPx, virtualizer]);
  usePlace(virtualizer, { list, row: props.row, loaded: rows.length, hasMore, onPlace: props.onPlace });

  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !isReading && last > rows.length - AHEAD) onMore();
  }, [hasMore, isReading, last, rows.length, onMore]);

  const keys = useGridKeys({ ...props, rows, virtualizer, scroller });
  useImperativeHandle(props.ref, () => ({ focusRow: keys.focusRow }), [keys.focusRow]);
  const areAll = rows.length > 0 && table.getIsAllRowsSelected();

  return (
    <div
      ref={sizeRef}
      role="grid"
      aria-label={props.label}
      aria-rowcount={props.count + 1}
      aria-multiselectable={props.canSelect}
      aria-busy={props.isOld}
      className={styles.grid}
      data-old={props.isOld || undefined}
      style={{ '--columns': template, '--row-px': `${rowPx}px` } as CSSProperties}
      onKeyDown={keys.onKeyDown}
    >
      <div role="rowgroup" className={styles.head}>
        <div role="row" className={styles.headRow} aria-rowindex={1}>
          <span role="columnheader" className={styles.select}>
            {props.canSelect && (
              <Checkbox
                size="xs"
                aria-label={t('customers.selectAll')}
                checked={areAll}
                indeterminate={!areAll && Object.keys(selection).length > 0}
                onChange={table.getToggleAllRowsSelectedHandler()}
              />
            )}
          </span>
          <Headings columns={fitting} sort={props.sort} onSort={props.onSort} />
        </div>
      </div>
      <div role="rowgroup" ref={scroller} className={styles.scroller}>
        <div role="presentation" style={{ height: virtualizer.getTotalSize() }} className={styles.rows}>
          {items.map((item) => (
            <GridRow
              key={item.key}
              row={rows[item.index]}
              index={item.index}
              top={item.start}
              columns={fitting.join()}
              context={context}
              isSelected={rows[item.index]?.getIsSelected() ?? false}
              isOpen={rows[item.index]?.original.customerId === props.openId}
              isActive={item.index === keys.active}
              canSelect={props.canSelect}
              onOpen={onOpen}
              onFocus={keys.setActive}
            />
          ))}
        </div>
      </div>
    </div>
  );
}
