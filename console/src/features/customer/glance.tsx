import type { Customer } from '@foyer/sdk';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { sayMoney } from '../../ui/money.ts';
import { Nothing } from '../../ui/nothing.tsx';
import type { Telling } from '../../ui/time.ts';
import styles from './customer.module.css';
import { type FieldName, groups } from './fields.ts';

interface Props {
  readonly customer: Customer;
  readonly telling: Telling;
  /** For users who may write: starts editing at the field that was clicked. */
  readonly onEdit: ((field: FieldName) => void) | undefined;
}

/** All fields, for reading. */
export function Glance({ customer, telling, onEdit }: Props) {
  const { t } = useTranslation();
  const click = (field: FieldName) => (event: MouseEvent) => {
    if ((event.target as Element).closest('a') === null && getSelection()?.isCollapsed !== false) onEdit?.(field);
  };
  return groups.map(({ name, fields }) => (
    <section key={name} className={styles.group}>
      <h2>{t(`groups.${name}`)}</h2>
      <dl>
        {fields.map((field) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: a short cut of the button that edits
          // biome-ignore lint/a11y/noStaticElementInteractions: the same
          <div
            key={field}
            className={styles.line}
            data-editable={onEdit !== undefined || undefined}
            onClick={click(field)}
          >
            <dt>{t(`fields.${field}`)}</dt>
            <dd>
              <Value field={field} customer={customer} telling={telling} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  ));
}

function Value({ field, customer, telling }: { field: FieldName; customer: Customer; telling: Telling }) {
  const { t } = useTranslation();
  const value = customer[field] ?? '';
  if (field === 'customerCredit') return <span className={styles.figure}>{sayMoney(value, telling.locale)}</span>;
  if (value === '') return <Nothing t={t} />;
  if (field === 'email') return <a href={`mailto:${encodeURI(value)}`}>{value}</a>;
  if (field === 'customerPhone') return <a href={`tel:${value}`}>{value}</a>;
  return value;
}
