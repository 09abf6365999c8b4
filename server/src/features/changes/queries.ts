/** Statements on the changes of a client: the feed, the history of a customer, and what is pruned. */
import { sql } from '#kysely';
import { isClientOf } from '../../db/dialect/expressions.ts';
import type { ActorKind, ChangeKind } from '../../db/schema.ts';
import { read, systemStatement } from '../../db/statement.ts';
import { type CustomerRow, customerColumns } from '../customers/columns.ts';

/** A change without its customer. */
export interface ChangeColumns {
  number: number;
  at: number;
  kind: ChangeKind;
  /** JSON: see `CustomerChangeTable`. */
  changed: string;
  byKind: ActorKind;
  byId: number | null;
  /** The current label of the key or the staff member. */
  label: string | null;
}

/** The customer as it is now; all columns are null if it no longer exists. */
type CustomerOrNone = { [Column in keyof CustomerRow]: CustomerRow[Column] | null };

export type ChangeRow = ChangeColumns & CustomerOrNone & { ofCustomer: number };

const changeColumns = [
  'c.change_number as number',
  'c.changed_at as at',
  'c.kind',
  'c.changed',
  'c.by_kind as byKind',
  'c.by_id as byId',
] as const;

/** The current label of whoever made a change. */
const labelAt = (clientId: number) =>
  sql<string | null>`case c.by_kind
    when 'key' then (select k.label from api_key as k where k.client_id = ${clientId} and k.key_id = c.by_id)
    when 'staff' then (select s.label from staff_role as s where s.client_id = ${clientId} and s.staff_id = c.by_id)
  end`.as('label');

const customerOf = customerColumns.map((column) => `v.${column}` as const);

/** The changes after one, in order, each with its customer: both as of one moment. */
export const changesBehind = read<{ after: number; limit: number }, ChangeRow>(
  (db, p) =>
    db
      .selectFrom('customer_change as c')
      .leftJoin('customer as v', (join) =>
        join
          .on('v.client_id', '=', p.clientId)
          .onRef('v.client_id', '=', 'c.client_id')
          .onRef('v.customer_id', '=', 'c.customer_id'),
      )
      .select([...changeColumns, labelAt(p.clientId), 'c.customer_id as ofCustomer', ...customerOf])
      .where('c.client_id', '=', p.clientId)
      .where('c.change_number', '>', p.after)
      .orderBy('c.change_number')
      .limit(p.limit) as never,
);

/** The last change of each customer that changed after a place in that order. */
export const lastChangesBehind = read<{ after: number; changedAt: number; limit: number }, ChangeRow>(
  (db, p) =>
    db
      .selectFrom('customer as v')
      .innerJoin('customer_change as c', (join) =>
        join
          .on('c.client_id', '=', p.clientId)
          .onRef('c.client_id', '=', 'v.client_id')
          .onRef('c.change_number', '=', 'v.change_number'),
      )
      .select([...changeColumns, labelAt(p.clientId), 'c.customer_id as ofCustomer', ...customerOf])
      .where('v.client_id', '=', p.clientId)
      .where(({ eb, refTuple, tuple }) =>
        eb(refTuple('v.changed_at', 'v.change_number'), '>', tuple(p.changedAt, p.after)),
      )
      .orderBy('v.changed_at')
      .orderBy('v.change_number')
      .limit(p.limit) as never,
);

/** When the first change after one was made. */
export const firstBehind = read<{ after: number }, { changedAt: number }>((db, p) =>
  db
    .selectFrom('customer_change')
    .select('changed_at as changedAt')
    .where('client_id', '=', p.clientId)
    .where('change_number', '>', p.after)
    .orderBy('change_number')
    .limit(sql.lit(1)),
);

/** The number of the last change, when it was made, and the number of the last one that is no longer kept. */
export const feedEnds = read<object, { last: number; lastAt: number; pruned: number }>((db, p) =>
  db
    .selectFrom('client_counter')
    .select(['last_change_number as last', 'last_changed_at as lastAt', 'pruned_change_number as pruned'])
    .where('client_id', '=', p.clientId),
);

/** What decides about a cursor: the ends of the feed, and the number of gaps that it is in. */
export const placeInFeed = read<{ after: number }, { last: number; pruned: number; gaps: number }>(
  (db, p) =>
    db
      .selectFrom('client_counter')
      .select((eb) => [
        'last_change_number as last',
        'pruned_change_number as pruned',
        eb
          .selectFrom('change_gap as g')
          .select(sql<number>`count(*)`.as('count'))
          .where('g.client_id', '=', p.clientId)
          .where('g.from_number', '<', p.after)
          .where('g.to_number', '>', p.after)
          .as('gaps'),
      ])
      .where('client_id', '=', p.clientId) as never,
);

/** Numbers that no change has: those after `from`, up to `to`. */
export interface Gap {
  from: number;
  to: number;
}

export const gapsOfClient = read<object, Gap>((db, p) =>
  db
    .selectFrom('change_gap')
    .select(['from_number as from', 'to_number as to'])
    .where('client_id', '=', p.clientId)
    .orderBy('to_number'),
);

/** The changes of a customer before a change, the latest first. */
export const historyBefore = read<{ customerId: number; before: number; limit: number }, ChangeColumns>((db, p) =>
  db
    .selectFrom('customer_change as c')
    .select([...changeColumns, labelAt(p.clientId)])
    .where('c.client_id', '=', p.clientId)
    .where('c.customer_id', '=', p.customerId)
    .where('c.change_number', '<', p.before)
    .orderBy('c.change_number', 'desc')
    .limit(p.limit),
);

export const historyCount = read<{ customerId: number }, { count: number }>((db, p) =>
  db
    .selectFrom('customer_change')
    .select(sql<number>`count(*)`.as('count'))
    .where('client_id', '=', p.clientId)
    .where('customer_id', '=', p.customerId),
);

/** The next changes after one, by number and time. */
export const placesBehind = read<{ after: number; limit: number }, { number: number; at: number }>((db, p) =>
  db
    .selectFrom('customer_change')
    .select(['change_number as number', 'changed_at as at'])
    .where('client_id', '=', p.clientId)
    .where('change_number', '>', p.after)
    .orderBy('change_number')
    .limit(p.limit),
);

/** The numbers of the last changes of some clients, passed as a JSON array. */
export const lastChanges = systemStatement<{ clientIds: string }, { clientId: number; last: number }>(
  (db, p, dialect) =>
    db
      .selectFrom('client_counter')
      .select(['client_id as clientId', 'last_change_number as last'])
      .where(isClientOf(dialect, sql`client_id`, p.clientIds)),
);
