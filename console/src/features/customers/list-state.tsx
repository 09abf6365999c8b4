import { Button } from '@mantine/core';
import { IconHourglass, IconSearchOff, IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Failed, Slow, State } from '../../ui/states.tsx';
import styles from './customers.module.css';
import { type Filters, hasFilters } from './search.ts';
import type { useCustomers } from './use-customers.ts';

interface Props {
  readonly list: ReturnType<typeof useCustomers>['list'];
  readonly isBeingPrepared: boolean;
  readonly filters: Filters;
  readonly onClear: () => void;
  readonly onNew: (() => void) | undefined;
}

/** A list without rows: still loading, failed, nothing found, or nothing there yet. */
export function ListState({ list, isBeingPrepared, filters, onClear, onNew }: Props) {
  const { t } = useTranslation();
  const icon = { size: 36, stroke: 1.3, 'aria-hidden': true };
  if (isBeingPrepared) {
    return (
      <State icon={<IconHourglass {...icon} />} title={t('customers.preparing')}>
        <p>{t('customers.preparingText')}</p>
      </State>
    );
  }
  if (list.isError) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  if (list.isPending || list.isPlaceholderData) {
    return (
      <Slow>
        <div className={styles.coming} role="status" aria-label={t('states.moment')}>
          {Array.from({ length: 12 }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
            <span key={row} />
          ))}
        </div>
      </Slow>
    );
  }
  if (!hasFilters(filters)) {
    return (
      <State icon={<IconUsers {...icon} />} title={t('customers.noneYet')}>
        <p>{t('customers.noneYetText')}</p>
        {onNew && <Button onClick={onNew}>{t('customers.makeFirst')}</Button>}
      </State>
    );
  }
  const asked = filters.search;
  return (
    <State
      icon={<IconSearchOff {...icon} />}
      title={asked === undefined ? t('customers.noneFit') : t('customers.noneFound', { asked })}
    >
      <p>{asked === undefined ? t('customers.noneFitText') : t('customers.noneFoundText')}</p>
      <div className={styles.ways}>
        <Button variant="default" onClick={onClear}>
          {t('customers.clearAll')}
        </Button>
        {onNew && <Button onClick={onNew}>{t('customers.new')}</Button>}
      </div>
    </State>
  );
}
