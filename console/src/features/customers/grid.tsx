import type { Customer } from '@foyer/sdk';
import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type Ref, useCallback, useEffect, useImperativeHandle, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Tick } from '../../ui/tick.tsx';
import type { CellContext, ColumnId } from './columns.tsx';
import styles from './customers.module.css';
import { GridRow } from './grid-row.tsx';
import { Headings } from './headings.tsx';
import type { Sort } from './search.ts';
import { useFittingColumns } from './use-fitting-columns.ts';
import { useGridKeys } from './use-grid-keys.ts';
import { usePlace } from './use-place.ts';
import { useRows } from './use-rows.ts';
import type { Selected } from './use-selection.ts';

const ROWS_PX = { normal: 40, compact: 32, phone: 60 };
/** How many rows before the end of what was read the next page is requested. */
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
  readonly selection: Selected;
  readonly onSelect: (ids: readonly number[], isSelected: boolean) => void;
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

/** The list itself: only the visible rows are rendered. */
export function Grid(props: Props) {
  const { customers, context, selection, onSelect, hasMore, isReading, onMore, onOpen, list } = props;
  const { t } = useTranslation();
  const isPhone = useMediaQuery('(max-width: 767px)', false, { getInitialValueInEffect: false });
  const rowPx = isPhone ? ROWS_PX.phone : props.isCompact ? ROWS_PX.compact : ROWS_PX.normal;
  const { ref: sizeRef, fitting, template } = useFittingColumns(props.columns);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: customers.length + (hasMore ? AWAITED : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    // A new function would cause all rows to be measured again.
    getItemKey: useCallback((index: number) => customers[index]?.customerId ?? `awaited-${index}`, [customers]),
    overscan: 8,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height of rows is measured anew
  useEffect(() => virtualizer.measure(), [rowPx, virtualizer]);
  usePlace(virtualizer, { list, row: props.row, loaded: customers.length, hasMore, onPlace: props.onPlace });

  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const rowAt = useRows({ customers, first: items[0]?.index ?? 0, last, columns: fitting, context });
  useEffect(() => {
    if (hasMore && !isReading && last > customers.length - AHEAD) onMore();
  }, [hasMore, isReading, last, customers.length, onMore]);

  const keys = useGridKeys({ ...props, virtualizer, scroller });
  useImperativeHandle(props.ref, () => ({ focusRow: keys.focusRow }), [keys.focusRow]);
  const areAll = customers.length > 0 && customers.every(({ customerId }) => selection.has(customerId));
  const select = useCallback((id: number, isSelected: boolean) => onSelect([id], isSelected), [onSelect]);

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
              <Tick
                label={t('customers.selectAll')}
                checked={areAll}
                isMixed={!areAll && selection.size > 0}
                onChange={(isTicked) =>
                  onSelect(
                    customers.map(({ customerId }) => customerId),
                    isTicked,
                  )
                }
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
              row={rowAt(item.index)}
              index={item.index}
              top={item.start}
              columns={fitting.join()}
              context={context}
              isSelected={selection.has(customers[item.index]?.customerId ?? 0)}
              isOpen={props.openId !== undefined && customers[item.index]?.customerId === props.openId}
              isActive={item.index === keys.active}
              canSelect={props.canSelect}
              onOpen={onOpen}
              onFocus={keys.setActive}
              onSelect={select}
            />
          ))}
        </div>
      </div>
    </div>
  );
}
