/** Statements on client-types: the list, the retired ones, and which customers have them. */
import { type Kysely, sql } from '#kysely';
import { beforehand, elementText, isNumberOf, listOf } from '../../db/dialect/expressions.ts';
import type { ActorKind, Database } from '../../db/schema.ts';
import { detailWrite, read, write } from '../../db/statement.ts';

export interface ClientTypeRow {
  clientTypeId: number;
  name: string;
}

export const clientTypeByKey = read<{ nameKey: string }, ClientTypeRow>((db, p) =>
  db
    .selectFrom('client_type')
    .select(['client_type_id as clientTypeId', 'name'])
    .where('client_id', '=', p.clientId)
    .where('name_key', '=', p.nameKey),
);

/** `keys` is a JSON array of names as they are compared. */
export const clientTypesByKeys = read<{ keys: string }, ClientTypeRow & { nameKey: string }>((db, p, dialect) =>
  db
    .selectFrom(
      beforehand<{ key: string }>(
        sql`select ${elementText(dialect)} as key from ${listOf(dialect, p.keys)} as list`,
      ).as('k'),
    )
    .crossJoin('client_type as t')
    .select(['t.client_type_id as clientTypeId', 't.name', 't.name_key as nameKey'])
    .where('t.client_id', '=', p.clientId)
    .whereRef('t.name_key', '=', 'k.key'),
);

export const allClientTypes = read<object, { name: string; nameKey: string }>((db, p) =>
  db
    .selectFrom('client_type')
    .select(['name', 'name_key as nameKey'])
    .where('client_id', '=', p.clientId)
    .where('retired_at', 'is', null),
);

export interface CountedClientType extends ClientTypeRow {
  nameKey: string;
  createdAt: number;
  customers: number;
}

/** The client-types that have not retired, each with the number of its customers. */
export const countedClientTypes = read<object, CountedClientType>((db, p) =>
  db
    .selectFrom('client_type as t')
    .select((eb) => [
      't.client_type_id as clientTypeId',
      't.name',
      't.name_key as nameKey',
      't.created_at as createdAt',
      eb
        .selectFrom('customer_client_type as c')
        .select((of) => of.fn.countAll<number>().as('n'))
        .where('c.client_id', '=', p.clientId)
        .whereRef('c.client_type_id', '=', 't.client_type_id')
        .as('customers'),
    ])
    .where('t.client_id', '=', p.clientId)
    .where('t.retired_at', 'is', null)
    .$castTo<CountedClientType>(),
);

/** A retired client-type whose customers have not all followed. */
export interface RetiredClientType extends ClientTypeRow {
  /** What they get instead; `null` if it was removed. */
  becomes: number | null;
  /** The name of what they get. */
  newName: string | null;
  byKind: ActorKind;
  byId: number | null;
}

/** The retired client-types whose customers have not all followed, the first to be carried over first. */
export const retiredClientTypes = read<object, RetiredClientType>((db, p) =>
  db
    .selectFrom('client_type as t')
    .leftJoin('client_type as n', (join) =>
      join.onRef('n.client_id', '=', 't.client_id').onRef('n.client_type_id', '=', 't.becomes'),
    )
    .select([
      't.client_type_id as clientTypeId',
      't.name',
      't.becomes',
      'n.name as newName',
      't.retired_by_kind as byKind',
      't.retired_by_id as byId',
    ])
    .where('t.client_id', '=', p.clientId)
    .where('t.retired_at', 'is not', null)
    .orderBy('t.client_type_id')
    .$castTo<RetiredClientType>(),
);

export const createdAtOf = read<{ clientTypeId: number }, { createdAt: number }>((db, p) =>
  db
    .selectFrom('client_type')
    .select('created_at as createdAt')
    .where('client_id', '=', p.clientId)
    .where('client_type_id', '=', p.clientTypeId),
);

interface Retirement {
  clientTypeId: number;
  nameKey: string;
  retiredAt: number;
  becomes: number | null;
  byKind: ActorKind;
  byId: number | null;
}

export const retireClientType = write<Retirement>((db, p) =>
  db
    .updateTable('client_type')
    .set({
      name_key: p.nameKey,
      retired_at: p.retiredAt,
      becomes: p.becomes,
      retired_by_kind: p.byKind,
      retired_by_id: p.byId,
    })
    .where('client_id', '=', p.clientId)
    .where('client_type_id', '=', p.clientTypeId),
);

/** Client-types that were to become one that now retires become what that becomes. */
export const redirectRetired = write<{ clientTypeId: number; becomes: number | null }>((db, p) =>
  db
    .updateTable('client_type')
    .set({ becomes: p.becomes })
    .where('client_id', '=', p.clientId)
    .where('becomes', '=', p.clientTypeId),
);

export const removeClientType = write<{ clientTypeId: number }>((db, p) =>
  db.deleteFrom('client_type').where('client_id', '=', p.clientId).where('client_type_id', '=', p.clientTypeId),
);

interface CustomerTags {
  customerId: number;
  tags: string;
}

const customersWith = (db: Kysely<Database>, p: { clientId: number; clientTypeId: number }) =>
  db
    .selectFrom('customer_client_type as t')
    .innerJoin('customer as c', (join) =>
      join.onRef('c.client_id', '=', 't.client_id').onRef('c.customer_id', '=', 't.customer_id'),
    )
    .select(['c.customer_id as customerId', 'c.tags'])
    .where('t.client_id', '=', p.clientId)
    .where('c.client_id', '=', p.clientId)
    .where('t.client_type_id', '=', p.clientTypeId);

/** Some customers that have a client-type. */
export const someWithClientType = read<{ clientTypeId: number; limit: number }, CustomerTags>((db, p) =>
  customersWith(db, p).limit(p.limit),
);

/** Which of these customers have a client-type; `ids` is a JSON array of numbers. */
export const theseWithClientType = read<{ clientTypeId: number; ids: string }, CustomerTags>((db, p, dialect) =>
  customersWith(db, p).where(isNumberOf(dialect, sql.ref('t.customer_id'), p.ids)),
);

export const removeTag = detailWrite<{ clientTypeId: number }>((db, p) =>
  db
    .deleteFrom('customer_client_type')
    .where('client_id', '=', p.clientId)
    .where('customer_id', '=', p.customerId)
    .where('client_type_id', '=', p.clientTypeId),
);

interface NewClientType extends ClientTypeRow {
  nameKey: string;
  createdAt: number;
}

export const insertClientType = write<NewClientType>((db, p) =>
  db.insertInto('client_type').values({
    client_id: p.clientId,
    client_type_id: p.clientTypeId,
    name: p.name,
    name_key: p.nameKey,
    created_at: p.createdAt,
  }),
);

/** A retired client-type that a customer still has. */
export const retiredOf = read<{ customerId: number }, { clientTypeId: number }>((db, p) =>
  db
    .selectFrom('customer_client_type as c')
    .innerJoin('client_type as t', (join) =>
      join.onRef('t.client_id', '=', 'c.client_id').onRef('t.client_type_id', '=', 'c.client_type_id'),
    )
    .select('c.client_type_id as clientTypeId')
    .where('c.client_id', '=', p.clientId)
    .where('c.customer_id', '=', p.customerId)
    .where('t.retired_at', 'is not', null)
    .limit(sql.lit(1)),
);

export const removeTags = detailWrite<object>((db, p) =>
  db.deleteFrom('customer_client_type').where('client_id', '=', p.clientId).where('customer_id', '=', p.customerId),
);

export const insertTag = detailWrite<{ clientTypeId: number }>((db, p) =>
  db.insertInto('customer_client_type').values({
    client_id: p.clientId,
    customer_id: p.customerId,
    client_type_id: p.clientTypeId,
  }),
);

/** The same, unless the customer has it. */
export const insertTagOnce = detailWrite<{ clientTypeId: number }>((db, p) =>
  db
    .insertInto('customer_client_type')
    .values({ client_id: p.clientId, customer_id: p.customerId, client_type_id: p.clientTypeId })
    .onConflict((oc) => oc.doNothing()),
);

/** The client-types of customers, of which `ids` is a JSON array of numbers. */
export const tagsOf = read<{ ids: string }, CustomerTags>((db, p, dialect) =>
  db
    .selectFrom('customer')
    .select(['customer_id as customerId', 'tags'])
    .where('client_id', '=', p.clientId)
    .where(isNumberOf(dialect, sql.ref('customer_id'), p.ids))
    .orderBy('customer_id'),
);

/** The changes to client-types that somebody made, from one number to another. */
export const tagChangesBy = read<
  { first: number; last: number; byKind: ActorKind; byId: number | null },
  { customerId: number; changed: string }
>((db, p) =>
  db
    .selectFrom('customer_change')
    .select(['customer_id as customerId', 'changed'])
    .where('client_id', '=', p.clientId)
    .where('change_number', '>=', p.first)
    .where('change_number', '<=', p.last)
    .where('kind', '=', sql.lit('clienttypes'))
    .where('by_kind', '=', p.byKind)
    .where('by_id', '=', p.byId)
    .orderBy('change_number'),
);
