import { Button, CloseButton } from '@mantine/core';
import { IconTagMinus, IconTagPlus } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeys } from '../../ui/keys.ts';
import styles from './customers.module.css';
import type { Filters } from './search.ts';
import type { useSelection } from './use-selection.ts';

const TagDialog = lazy(() => import('./tag-dialog.tsx'));

interface Props {
  readonly selection: ReturnType<typeof useSelection>;
  readonly filters: Filters;
  readonly count: number;
  readonly canTakeAll: boolean;
}

/** The actions on the selection. */
export function SelectionBar({ selection, filters, count, canTakeAll }: Props) {
  const { t, i18n } = useTranslation();
  const [action, setAction] = useState<'add' | 'remove'>();
  const { rows, isAll, clear, takeAll } = selection;
  useKeys({ Escape: clear });
  const say = (number: number) => new Intl.NumberFormat(i18n.language).format(number);
  const selected = isAll ? count : rows.size;
  return (
    <section className={styles.selection} aria-label={t('bulk.title')}>
      <p role="status">{t('bulk.selected', { count: selected, number: say(selected) })}</p>
      {canTakeAll && !isAll && (
        <Button size="compact-sm" variant="subtle" onClick={takeAll}>
          {t('bulk.selectAll', { number: say(count) })}
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconTagPlus size={16} stroke={1.6} aria-hidden />}
        onClick={() => setAction('add')}
      >
        {t('bulk.add')}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconTagMinus size={16} stroke={1.6} aria-hidden />}
        onClick={() => setAction('remove')}
      >
        {t('bulk.remove')}
      </Button>
      <CloseButton aria-label={t('bulk.clear')} onClick={clear} />
      {action && (
        <Suspense>
          <TagDialog
            action={action}
            selection={isAll ? { all: filters } : { customerIds: [...rows] }}
            onClose={() => setAction(undefined)}
            onDone={() => {
              setAction(undefined);
              clear();
            }}
          />
        </Suspense>
      )}
    </section>
  );
}
