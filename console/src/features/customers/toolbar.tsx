import { Button, Checkbox } from '@mantine/core';
import { IconColumns3, IconFileSpreadsheet, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Dropdown } from '../../ui/dropdown.tsx';
import { usePrefer } from '../session/preferences.ts';
import { type ColumnId, columnIds } from './columns.tsx';
import styles from './customers.module.css';
import type { useExport } from './use-export.ts';

interface Props {
  /** `undefined` until the list was read. */
  readonly count: number | undefined;
  readonly isExact: boolean;
  readonly isFiltered: boolean;
  readonly columns: readonly ColumnId[];
  readonly file: ReturnType<typeof useExport>;
  readonly onNew: (() => void) | undefined;
}

export function Toolbar({ count, isExact, isFiltered, columns, file, onNew }: Props) {
  const { t, i18n } = useTranslation();
  const say = (known: number) => {
    const number = new Intl.NumberFormat(i18n.language).format(known);
    const total = isFiltered
      ? t('customers.found', { count: known, number })
      : t('customers.count', { count: known, number });
    return isExact ? total : t('customers.about', { total });
  };
  return (
    <header className={styles.toolbar}>
      <h1>{t('customers.title')}</h1>
      <p className={styles.count} role="status">
        {count !== undefined && say(count)}
      </p>
      <span className={styles.spring} />
      <Columns columns={columns} />
      {file.mayExport && count !== undefined && count > 0 && (
        <Button
          className={styles.export}
          variant="default"
          leftSection={<IconFileSpreadsheet size={18} stroke={1.6} aria-hidden />}
          onClick={file.start}
          loading={file.isUnderWay}
          aria-label={file.isUnderWay ? t('customers.exporting') : t('customers.export')}
          title={t('customers.export')}
        >
          <span className={styles.exportWords}>Excel</span>
        </Button>
      )}
      {onNew && (
        <Button
          className={styles.new}
          leftSection={<IconPlus size={18} stroke={1.8} aria-hidden />}
          onClick={onNew}
          aria-label={t('customers.new')}
          aria-keyshortcuts="n"
        >
          <span className={styles.newWords}>{t('customers.new')}</span>
        </Button>
      )}
    </header>
  );
}

function Columns({ columns }: { columns: readonly ColumnId[] }) {
  const { t } = useTranslation();
  const prefer = usePrefer();
  const toggle = (id: ColumnId) =>
    prefer({ columns: columnIds.filter((one) => (one === id ? !columns.includes(id) : columns.includes(one))) });
  return (
    <Dropdown
      label={t('customers.columns')}
      buttonLabel={t('customers.columns')}
      className={styles.columns}
      button={<IconColumns3 size={18} stroke={1.6} aria-hidden />}
      align="end"
      width={240}
    >
      {() => (
        <fieldset className={styles.columnChoices}>
          <legend>{t('customers.columnsShown')}</legend>
          {columnIds.map((id) => (
            <Checkbox
              key={id}
              size="sm"
              label={t(`fields.${id}`)}
              checked={columns.includes(id)}
              disabled={id === 'name'}
              onChange={() => toggle(id)}
            />
          ))}
        </fieldset>
      )}
    </Dropdown>
  );
}
