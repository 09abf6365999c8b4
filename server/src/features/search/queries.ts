/** Statements of the search on the records: filters, and the order of the last change. */
import { type Kysely, type SelectQueryBuilder, sql } from '#kysely';
import { isNumberOf, numbersText } from '../../db/dialect/expressions.ts';
import type { Database } from '../../db/schema.ts';
import { type Dialect, read } from '../../db/statement.ts';

/** Customers as numbers with commas between; `null` when there are none. */
interface Numbers {
  numbers: string | null;
}
interface Limited {
  limit: number;
}

function numbersOf(
  db: Kysely<Database>,
  dialect: Dialect,
  found: SelectQueryBuilder<Database, never, { customer_id: number }>,
) {
  return db.selectFrom(found.as('found')).select(numbersText(dialect, sql`customer_id`).as('numbers'));
}

/** The customers with a client-type. */
export const withClientType = read<{ clientTypeId: number }, Numbers>((db, p, dialect) =>
  numbersOf(
    db,
    dialect,
    db
      .selectFrom('customer_client_type as t')
      .select('t.customer_id')
      .where('t.client_id', '=', p.clientId)
      .where('t.client_type_id', '=', p.clientTypeId),
  ),
);

/** The customers that changed at or after a time. */
export const changedSince = read<{ since: number }, Numbers>((db, p, dialect) =>
  numbersOf(
    db,
    dialect,
    db
      .selectFrom('customer')
      .select('customer_id')
      .where('client_id', '=', p.clientId)
      .where('changed_at', '>=', p.since),
  ),
);

/** The customers with a credit other than 0, from `from` up to but not including `below`, in cents. */
export const withCredit = read<{ from: number; below: number }, Numbers>((db, p, dialect) =>
  numbersOf(
    db,
    dialect,
    db
      .selectFrom('customer')
      .select('customer_id')
      .where('client_id', '=', p.clientId)
      .where('credit', '<>', sql.lit(0))
      .where('credit', '>=', p.from)
      .where('credit', '<', p.below),
  ),
);

export const withoutPhone = read<object, Numbers>((db, p, dialect) =>
  numbersOf(
    db,
    dialect,
    db
      .selectFrom('customer')
      .select('customer_id')
      .where('client_id', '=', p.clientId)
      .where('phone', '=', sql.lit('')),
  ),
);

/** When a customer was created. */
export const madeAt = read<{ customerId: number }, { madeAt: number }>((db, p) =>
  db
    .selectFrom('customer')
    .select('created_at as madeAt')
    .where('client_id', '=', p.clientId)
    .where('customer_id', '=', p.customerId),
);

export interface PlaceOfChange {
  customerId: number;
  changedAt: number;
  changeNumber: number;
}

/** When customers changed, in no order; `ids` is a JSON array of numbers. */
export const changesOf = read<{ ids: string }, PlaceOfChange>((db, p, dialect) =>
  db
    .selectFrom('customer')
    .select(['customer_id as customerId', 'changed_at as changedAt', 'change_number as changeNumber'])
    .where('client_id', '=', p.clientId)
    .where(isNumberOf(dialect, sql.ref('customer_id'), p.ids)),
);

/** Customers from the latest change back, before a place in that order, and the place of the last of them. */
export const placesByChange = read<
  Limited & { changedAt: number; changeNumber: number },
  Numbers & { changes: string | null; changedAt: number; changeNumber: number }
>((db, p, dialect) =>
  db
    .selectFrom(({ selectFrom }) =>
      selectFrom('customer')
        .select(['customer_id', 'changed_at', 'change_number'])
        .where('client_id', '=', p.clientId)
        .where(({ eb, refTuple, tuple }) =>
          eb(refTuple('changed_at', 'change_number'), '<', tuple(p.changedAt, p.changeNumber)),
        )
        .orderBy('changed_at', 'desc')
        .orderBy('change_number', 'desc')
        .limit(p.limit)
        .as('passed'),
    )
    // Times and numbers of changes grow together.
    .select(({ fn }) => [
      numbersText(dialect, sql`customer_id`).as('numbers'),
      numbersText(dialect, sql`change_number`).as('changes'),
      fn.min('changed_at').as('changedAt'),
      fn.min('change_number').as('changeNumber'),
    ]),
);

/** Customers in the order of their last change, after a place in that order. */
export const placesByChangeUp = read<Limited & { changedAt: number; changeNumber: number }, PlaceOfChange>((db, p) =>
  db
    .selectFrom('customer')
    .select(['customer_id as customerId', 'changed_at as changedAt', 'change_number as changeNumber'])
    .where('client_id', '=', p.clientId)
    .where(({ eb, refTuple, tuple }) =>
      eb(refTuple('changed_at', 'change_number'), '>', tuple(p.changedAt, p.changeNumber)),
    )
    .orderBy('changed_at')
    .orderBy('change_number')
    .limit(p.limit),
);

export const placesById = read<Limited & { customerId: number }, { customerId: number }>((db, p) =>
  db
    .selectFrom('customer')
    .select('customer_id as customerId')
    .where('client_id', '=', p.clientId)
    .where('customer_id', '>', p.customerId)
    .orderBy('customer_id')
    .limit(p.limit),
);
