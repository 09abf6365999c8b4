import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ColumnId } from './columns.tsx';
import styles from './customers.module.css';
import type { Sort } from './search.ts';

/** The columns by which a list can be sorted, and in which direction. */
const sortOf: Partial<Record<ColumnId, Sort>> = { name: 'name', lastChanged: '-lastChanged', customerId: 'customerId' };

interface Props {
  readonly columns: readonly ColumnId[];
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
}

export function Headings({ columns, sort, onSort }: Props) {
  const { t } = useTranslation();
  return columns.map((id) => {
    const by = sortOf[id];
    const isBy = by !== undefined && by === sort;
    const direction = by?.startsWith('-') ? 'descending' : 'ascending';
    const Arrow = direction === 'descending' ? IconArrowDown : IconArrowUp;
    const label = t(`fields.${id}`);
    return (
      <span
        key={id}
        role="columnheader"
        className={styles.heading}
        data-figure={id === 'customerCredit' || undefined}
        aria-sort={isBy ? direction : undefined}
      >
        {by === undefined ? (
          label
        ) : (
          <button type="button" onClick={() => onSort(by)}>
            {label}
            {isBy && <Arrow size={14} stroke={2} aria-hidden />}
          </button>
        )}
      </span>
    );
  });
}
