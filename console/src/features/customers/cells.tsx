import type { Customer } from '@foyer/sdk';
import { sayMoney } from '../../ui/money.ts';
import { Nothing } from '../../ui/nothing.tsx';
import { sayExactTime, sayTime, type Telling } from '../../ui/time.ts';
import type { CellContext } from './columns.tsx';
import styles from './customers.module.css';
import { Marked } from './marked.tsx';
import { listName } from './name.ts';

export function NameCell({ customer, context }: { customer: Customer; context: CellContext }) {
  const { search, nameOrder, hrefOf } = context;
  const below = [customer.customerCity, customer.email].filter((text) => text !== '').join(' · ');
  return (
    <>
      <a className={styles.name} href={hrefOf(customer.customerId)} tabIndex={-1}>
        <Marked text={listName(customer, nameOrder)} search={search} />
      </a>
      <span className={styles.below}>
        <Marked text={below} search={search} />
      </span>
    </>
  );
}

export const TextCell = ({ text, context }: { text: string; context: CellContext }) =>
  text === '' ? <Nothing t={context.t} /> : <Marked text={text} search={context.search} />;

const MOST_TAGS = 2;

export function TagsCell({ tags, context }: { tags: readonly string[]; context: CellContext }) {
  if (tags.length === 0) return <Nothing t={context.t} />;
  return (
    <span className={styles.tags} title={tags.join(', ')}>
      {tags.slice(0, MOST_TAGS).map((tag) => (
        <span key={tag} className={styles.tag}>
          {tag}
        </span>
      ))}
      {tags.length > MOST_TAGS && <span className={styles.more}>+{tags.length - MOST_TAGS}</span>}
    </span>
  );
}

export const CreditCell = ({ amount, context: { t, telling } }: { amount: string; context: CellContext }) => (
  <span className={styles.figure}>{amount === '0.00' ? <Nothing t={t} /> : sayMoney(amount, telling.locale)}</span>
);

export const TimeCell = ({ time, telling }: { time: string; telling: Telling }) => (
  <time dateTime={time} title={sayExactTime(time, telling)} className={styles.quiet}>
    {sayTime(time, telling)}
  </time>
);
