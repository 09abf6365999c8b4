import type { Customer } from '@foyer/sdk';
import { FlexRender, type Row } from '@tanstack/react-table';
import { type MouseEvent, memo } from 'react';
import { Tick } from '../../ui/tick.tsx';
import type { CellContext, features } from './columns.tsx';
import styles from './customers.module.css';
import { listName } from './name.ts';

interface Props {
  /** `undefined` while it is loading. */
  readonly row: Row<typeof features, Customer> | undefined;
  readonly index: number;
  readonly top: number;
  /** The columns shown: with a different set the row is rendered again. */
  readonly columns: string;
  readonly context: CellContext;
  readonly isSelected: boolean;
  readonly isOpen: boolean;
  readonly isActive: boolean;
  readonly canSelect: boolean;
  readonly onOpen: (customerId: number) => void;
  readonly onFocus: (index: number) => void;
  readonly onSelect: (customerId: number, isSelected: boolean) => void;
}

export const GridRow = memo(function GridRow(props: Props) {
  const { row, index, top, context, isSelected, isOpen, isActive } = props;
  const place = { transform: `translateY(${top}px)` };
  if (row === undefined) {
    return (
      <div className={styles.awaited} style={place} aria-hidden>
        <span />
      </div>
    );
  }
  const { customerId } = row.original;
  const open = (event: MouseEvent) => {
    const isElsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0;
    if (isElsewhere || (event.target as Element).closest('[data-select]') !== null) return;
    event.preventDefault();
    props.onOpen(customerId);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the grid
    <div
      role="row"
      className={styles.row}
      style={place}
      data-index={index}
      data-open={isOpen || undefined}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      aria-current={isOpen || undefined}
      tabIndex={isActive ? 0 : -1}
      onFocus={() => props.onFocus(index)}
      onClick={open}
    >
      <span role="gridcell" className={styles.select} data-select>
        {props.canSelect && (
          <Tick
            tabIndex={-1}
            label={context.t('customers.select', { name: listName(row.original, context.nameOrder) })}
            checked={isSelected}
            onChange={(isTicked) => props.onSelect(customerId, isTicked)}
          />
        )}
      </span>
      {row.getVisibleCells().map((cell) => (
        <span key={cell.id} role="gridcell" className={styles.cell}>
          <FlexRender cell={cell} />
        </span>
      ))}
    </div>
  );
}, isSame);

/** The row object is new with each stretch; its customer says whether it really differs. */
function isSame({ row, ...before }: Props, { row: next, ...after }: Props): boolean {
  const names = Object.keys(after) as (keyof typeof after)[];
  return row?.original === next?.original && names.every((name) => before[name] === after[name]);
}
