import { CloseButton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Dropdown } from '../../ui/dropdown.tsx';
import { sayMoney } from '../../ui/money.ts';
import { sayDay, type Telling } from '../../ui/time.ts';
import styles from './customers.module.css';
import { CityFilter, CreditFilter, SinceFilter } from './filters.tsx';
import type { Filters } from './search.ts';
import { TagFilter } from './tag-filter.tsx';

interface Props {
  readonly filters: Filters;
  readonly telling: Telling;
  readonly onChange: (change: Filters) => void;
}

/** The filters as chips: each says what it filters by, opens to change it, and can be removed. */
export function FilterBar({ filters, telling, onChange }: Props) {
  const { t } = useTranslation();
  const { tag, city, changedSince, creditMin } = filters;
  return (
    <fieldset className={styles.filters} aria-label={t('filters.title')}>
      <Chip label={t('fields.customerTags')} value={tag?.join(', ')} onClear={() => onChange({ tag: undefined })}>
        {() => (
          <TagFilter value={tag ?? []} onChange={(next) => onChange({ tag: next.length > 0 ? next : undefined })} />
        )}
      </Chip>
      <Chip label={t('fields.customerCity')} value={city} onClear={() => onChange({ city: undefined })}>
        {(close) => (
          <CityFilter
            value={city}
            onApply={(next) => {
              onChange({ city: next });
              close();
            }}
          />
        )}
      </Chip>
      <Chip
        label={t('filters.changedSince')}
        value={changedSince && sayDay(changedSince, telling.locale)}
        onClear={() => onChange({ changedSince: undefined })}
      >
        {(close) => (
          <SinceFilter
            value={changedSince}
            onApply={(next) => {
              onChange({ changedSince: next });
              close();
            }}
          />
        )}
      </Chip>
      <Chip
        label={t('filters.creditMin')}
        value={creditMin && sayMoney(creditMin, telling.locale)}
        onClear={() => onChange({ creditMin: undefined })}
      >
        {(close) => (
          <CreditFilter
            value={creditMin}
            locale={telling.locale}
            onApply={(next) => {
              onChange({ creditMin: next });
              close();
            }}
          />
        )}
      </Chip>
    </fieldset>
  );
}

interface ChipProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onClear: () => void;
  readonly children: (close: () => void) => ReactNode;
}

function Chip({ label, value, onClear, children }: ChipProps) {
  const { t } = useTranslation();
  const isSet = value !== undefined;
  return (
    <span className={styles.chip} data-set={isSet || undefined}>
      <Dropdown
        label={label}
        className={styles.chipButton}
        button={
          isSet ? (
            <>
              {label}: <strong>{value}</strong>
            </>
          ) : (
            <>
              <IconPlus size={14} stroke={2} aria-hidden />
              {label}
            </>
          )
        }
      >
        {children}
      </Dropdown>
      {isSet && (
        <CloseButton size="xs" radius="xl" aria-label={t('filters.clear', { filter: label })} onClick={onClear} />
      )}
    </span>
  );
}
