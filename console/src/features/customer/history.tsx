import type { Customer } from '@foyer/sdk';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sayMoney } from '../../ui/money.ts';
import { Failed } from '../../ui/states.tsx';
import type { Telling } from '../../ui/time.ts';
import { When } from '../../ui/when.tsx';
import { useClient } from '../session/queries.ts';
import styles from './customer.module.css';
import { type FieldName, fieldNames } from './fields.ts';
import { type HistoricChange, historyQuery } from './history-query.ts';

const STEP = 10;

/** The changes of the record: who, when, from what to what. */
export function History({ customer, telling }: { customer: Customer; telling: Telling }) {
  const { t } = useTranslation();
  const client = useClient();
  const [shown, setShown] = useState(STEP);
  const history = useQuery(historyQuery(client.name, customer.customerId, shown));
  const changes = history.data ?? [];
  return (
    <section className={styles.history} aria-labelledby="history">
      <h2 id="history">{t('history.title')}</h2>
      {history.isError && <Failed error={history.error} onRetry={() => void history.refetch()} />}
      {history.isSuccess && changes.length === 0 && <p className={styles.quiet}>{t('history.none')}</p>}
      <ol className={styles.timeline}>
        {changes.slice(0, shown).map((change) => (
          <Entry key={change.number} change={change} telling={telling} />
        ))}
      </ol>
      {changes.length > shown && (
        <Button
          variant="default"
          size="xs"
          loading={history.isPlaceholderData}
          onClick={() => setShown(shown + STEP * 2)}
        >
          {t('history.more')}
        </Button>
      )}
    </section>
  );
}

function Entry({ change, telling }: { change: HistoricChange; telling: Telling }) {
  const { t } = useTranslation();
  const who = change.by.label || t('history.command');
  return (
    <li>
      <p className={styles.act}>
        <strong>{who}</strong> {t(`history.${change.kind}`)}
        <span className={styles.quiet}>
          {' · '}
          <When time={change.at} telling={telling} />
        </span>
      </p>
      {change.kind !== 'created' && (
        <ul className={styles.changed}>
          {Object.entries(change.changed).map(([field, { before, after }]) => (
            <li key={field}>
              {field === 'customerTags' ? (
                <TagsChange before={asList(before)} after={asList(after)} />
              ) : (
                <>
                  <span className={styles.changedField}>{isField(field) ? t(`fields.${field}`) : field}</span>{' '}
                  <Value field={field} value={before} telling={telling} isOld />
                  <span aria-hidden> → </span>
                  <span className={styles.hidden}> {t('history.to')} </span>
                  <Value field={field} value={after} telling={telling} />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

type Shown = string | readonly string[] | null;

const isField = (name: string): name is FieldName => (fieldNames as readonly string[]).includes(name);
const asList = (value: Shown): readonly string[] => (typeof value === 'string' || value === null ? [] : value);

function Value({
  field,
  value,
  telling,
  isOld = false,
}: {
  field: string;
  value: Shown;
  telling: Telling;
  isOld?: boolean;
}) {
  const { t } = useTranslation();
  const text = String(value ?? '');
  const said = field === 'customerCredit' && text !== '' ? sayMoney(text, telling.locale) : text;
  const shown = said === '' ? t('states.empty') : said;
  return isOld ? <del className={styles.old}>{shown}</del> : <ins className={styles.new}>{shown}</ins>;
}

function TagsChange({ before, after }: { before: readonly string[]; after: readonly string[] }) {
  const { t } = useTranslation();
  const added = after.filter((tag) => !before.includes(tag));
  const removed = before.filter((tag) => !after.includes(tag));
  if (added.length === 0 && removed.length === 0) return t('history.reordered');
  return (
    <>
      {added.length > 0 && (
        <span>
          {t('history.added')} <ins className={styles.new}>{added.join(', ')}</ins>
        </span>
      )}
      {added.length > 0 && removed.length > 0 && ' · '}
      {removed.length > 0 && (
        <span>
          {t('history.removed')} <del className={styles.old}>{removed.join(', ')}</del>
        </span>
      )}
    </>
  );
}
