/**
 * The counters of a client: columns of its row in `client_counter`, which a write locks. Whatever else is numbered
 * within a client gets a column by a migration, and its line here.
 */
import type { Generated } from '#kysely';

const columns = {
  customerId: 'last_customer_id',
  clientTypeId: 'last_client_type_id',
  keyId: 'last_key_id',
  webhookId: 'last_webhook_id',
  importId: 'last_import_id',
  changeNumber: 'last_change_number',
  changedAt: 'last_changed_at',
} as const;

type Counter = keyof typeof columns;

/** Their columns in the row; each begins at 0. */
export type CounterColumns = Record<(typeof columns)[Counter], Generated<number>>;

/** Each counter with its column. */
export const counterColumns = Object.entries(columns) as [Counter, (typeof columns)[Counter]][];

/** The counters as they are under the lock. */
export interface Counters extends Record<Counter, number> {
  /** The number of the transaction that holds the lock, where the row is. */
  readonly xid: string;
}

/** What is numbered beside customers and their changes. */
export type Numbered = Exclude<Counter, 'customerId' | 'changeNumber' | 'changedAt'>;
