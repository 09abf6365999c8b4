/** Statements on customers: finding, creating and updating them. */
import { sql } from '#kysely';
import { beforehand, elementText, isNumberOf, listOf } from '../../db/dialect/expressions.ts';
import { customerWrite, read } from '../../db/statement.ts';
import {
  type CustomerColumns,
  type CustomerRow,
  customerColumns,
  type WritableColumn,
  writableColumns,
} from './columns.ts';

export const customerById = read<{ customerId: number }, CustomerRow>((db, p) =>
  db
    .selectFrom('customer')
    .select(customerColumns)
    .where('client_id', '=', p.clientId)
    .where('customer_id', '=', p.customerId),
);

export const customerByEmail = read<{ emailKey: string }, CustomerRow>((db, p) =>
  db
    .selectFrom('customer')
    .select(customerColumns)
    .where('client_id', '=', p.clientId)
    .where('email_key', '=', p.emailKey),
);

export const customerByExternalId = read<{ externalId: string }, CustomerRow>((db, p) =>
  db
    .selectFrom('customer')
    .select(customerColumns)
    .where('client_id', '=', p.clientId)
    .where('external_id', '=', p.externalId),
);

/**
 * Customers by a unique column; `keys` is a JSON array of texts, each looked up by itself: SQLite takes the tables of a
 * cross join in the order in which they are written, and PostgreSQL cannot take apart a query with a limit. Otherwise
 * all customers would be read for those in the array; on PostgreSQL by a plan that it made when there were few.
 */
const customersBy = (column: 'email_key' | 'external_id') =>
  read<{ keys: string }, CustomerRow>((db, p, dialect) => {
    const keys = beforehand<{ key: string }>(
      sql`select ${elementText(dialect)} as key from ${listOf(dialect, p.keys)} as list`,
    );
    const each = db.selectFrom(keys.as('k'));
    if (dialect === 'sqlite')
      return each
        .crossJoin('customer as c')
        .select(foundColumns)
        .where('c.client_id', '=', p.clientId)
        .whereRef(`c.${column}`, '=', 'k.key');
    return each
      .crossJoinLateral((eb) =>
        eb
          .selectFrom('customer as c')
          .select(foundColumns)
          .where('c.client_id', '=', p.clientId)
          .whereRef(`c.${column}`, '=', 'k.key')
          .limit(sql.lit(1))
          .as('c'),
      )
      .select(foundColumns);
  });

const foundColumns = customerColumns.map((column) => `c.${column}` as const);

export const customersByEmails = customersBy('email_key');
export const customersByReferences = customersBy('external_id');

/** `ids` is a JSON array of numbers. */
export const customersByIds = read<{ ids: string }, CustomerRow>((db, p, dialect) =>
  db
    .selectFrom('customer')
    .select(customerColumns)
    .where('client_id', '=', p.clientId)
    .where(isNumberOf(dialect, sql`customer_id`, p.ids)),
);

/** Customers in the order of their last change, after a place in that order. */
export const customersByChange = read<{ changedAt: number; changeNumber: number; limit: number }, CustomerRow>(
  (db, p) =>
    db
      .selectFrom('customer')
      .select(customerColumns)
      .where('client_id', '=', p.clientId)
      .where(({ eb, refTuple, tuple }) =>
        eb(refTuple('changed_at', 'change_number'), '>', tuple(p.changedAt, p.changeNumber)),
      )
      .orderBy('changed_at')
      .orderBy('change_number')
      .limit(p.limit),
);

export const customerWithEmail = read<{ emailKey: string }, { customer_id: number }>((db, p) =>
  db
    .selectFrom('customer')
    .select('customer_id')
    .where('client_id', '=', p.clientId)
    .where('email_key', '=', p.emailKey),
);

export const customerWithExternalId = read<{ externalId: string }, { customer_id: number }>((db, p) =>
  db
    .selectFrom('customer')
    .select('customer_id')
    .where('client_id', '=', p.clientId)
    .where('external_id', '=', p.externalId),
);

/** Columns, each with the parameter of the same name. */
const asSent = <P, C extends WritableColumn & keyof P>(p: P, columns: readonly C[]) =>
  Object.fromEntries(columns.map((column) => [column, p[column]])) as Pick<P, C>;

export const insertCustomer = customerWrite<CustomerColumns & { emailKey: string; tags: string }>((db, p) =>
  db.insertInto('customer').values({
    client_id: p.clientId,
    customer_id: p.customerId,
    ...asSent(p, writableColumns),
    email_key: p.emailKey,
    tags: p.tags,
    created_at: p.changedAt,
    change_number: p.changeNumber,
    changed_at: p.changedAt,
  }),
);

type Identity = 'email' | 'external_id';
type Plain = Exclude<WritableColumn, Identity>;
const isPlain = (column: WritableColumn): column is Plain => column !== 'email' && column !== 'external_id';

/** Sets all but the keys of the customer, so that its unique indexes need not be touched. */
export const updateCustomer = customerWrite<Omit<CustomerColumns, Identity>>((db, p) =>
  db
    .updateTable('customer')
    .set({
      ...asSent(p, writableColumns.filter(isPlain)),
      change_number: p.changeNumber,
      changed_at: p.changedAt,
    })
    .where('client_id', '=', p.clientId)
    .where('customer_id', '=', p.customerId),
);

/** Sets all; `emailKey` is `null` if the address stays, whose key may be that of nobody (see migration 0005). */
export const updateCustomerIdentity = customerWrite<CustomerColumns & { emailKey: string | null }>((db, p) =>
  db
    .updateTable('customer')
    .set({
      ...asSent(p, writableColumns),
      email_key: sql<string>`coalesce(${p.emailKey}, email_key)`,
      change_number: p.changeNumber,
      changed_at: p.changedAt,
    })
    .where('client_id', '=', p.clientId)
    .where('customer_id', '=', p.customerId),
);

export const updateTags = customerWrite<{ tags: string }>((db, p) =>
  db
    .updateTable('customer')
    .set({ tags: p.tags, change_number: p.changeNumber, changed_at: p.changedAt })
    .where('client_id', '=', p.clientId)
    .where('customer_id', '=', p.customerId),
);
