import { type ExpressionBuilder, sql } from 'kysely';
import { beforehand, elementText, listOf } from '../../db/engine.ts';
import type { ClientTables } from '../../db/schema.ts';
import { type Dialect, read, systemStatement, write } from '../../db/statement.ts';
import { type CustomerRow, customerColumns } from '../customers/queries.ts';

interface OfCustomer {
  customerId: number;
}

interface WordEntries extends OfCustomer {
  /** A JSON array of pairs: the place and the word. */
  words: string;
}

const entries = (
  eb: ExpressionBuilder<ClientTables, 'customer_word'>,
  p: WordEntries & { clientId: number },
  dialect: Dialect,
) =>
  eb
    .selectFrom(listOf(dialect, p.words).as('list'))
    .select([
      sql<number>`cast(${p.clientId} as bigint)`.as('client_id'),
      elementText(dialect, 0).as('place'),
      elementText(dialect, 1).as('word'),
      sql<number>`cast(${p.customerId} as bigint)`.as('customer_id'),
    ]);

const wordColumns = ['client_id', 'place', 'word', 'customer_id'] as const;

export const insertWords = write<WordEntries>((db, p, dialect) =>
  db
    .insertInto('customer_word')
    .columns(wordColumns)
    .expression((eb) => entries(eb, p, dialect)),
);

/** The same, unless the customer is not in the index. */
export const insertWordsIfIndexed = write<WordEntries>((db, p, dialect) =>
  db
    .insertInto('customer_word')
    .columns(wordColumns)
    .expression((eb) =>
      entries(eb, p, dialect).where(({ exists, selectFrom }) =>
        exists(
          selectFrom('customer_search')
            .select('customer_id')
            .where('client_id', '=', p.clientId)
            .where('customer_id', '=', p.customerId),
        ),
      ),
    ),
);

export const removeWords = write<WordEntries>((db, p, dialect) =>
  db
    .deleteFrom('customer_word')
    .where('client_id', '=', p.clientId)
    .where('customer_id', '=', p.customerId)
    .where(
      sql<boolean>`(place, word) in ${beforehand(
        sql`select ${elementText(dialect, 0)} as place, ${elementText(dialect, 1)} as word
          from ${listOf(dialect, p.words)} as list`,
      )}`,
    ),
);

/** `words` is a JSON array. */
export const learnWords = write<{ words: string }>((db, p, dialect) =>
  db
    .insertInto('search_word')
    .columns(['client_id', 'word'])
    .expression((eb) =>
      eb
        .selectFrom(listOf(dialect, p.words).as('list'))
        .select([sql<number>`cast(${p.clientId} as bigint)`.as('client_id'), elementText(dialect).as('word')])
        // SQLite takes `on conflict` for a join without it.
        .where(sql<boolean>`true`),
    )
    .onConflict((oc) => oc.doNothing()),
);

interface SearchColumns extends OfCustomer {
  text: string;
  nameNl: string;
  nameBe: string;
}

export const insertSearch = write<SearchColumns>((db, p) =>
  db.insertInto('customer_search').values({
    client_id: p.clientId,
    customer_id: p.customerId,
    words: p.text,
    name_nl: p.nameNl,
    name_be: p.nameBe,
  }),
);

export const updateSearch = write<SearchColumns>((db, p) =>
  db
    .updateTable('customer_search')
    .set({ words: p.text, name_nl: p.nameNl, name_be: p.nameBe })
    .where('client_id', '=', p.clientId)
    .where('customer_id', '=', p.customerId),
);

/** How far the index is filled; a client without a row is one whose filling has not begun. */
export const fillState = read<object, { filledTo: number; isFilled: number }>((db, p) =>
  db
    .selectFrom('search_fill')
    .select(['filled_to as filledTo', 'is_filled as isFilled'])
    .where('client_id', '=', p.clientId),
);

export const saveFillState = write<{ filledTo: number; isFilled: number }>((db, p) =>
  db
    .insertInto('search_fill')
    .values({ client_id: p.clientId, filled_to: p.filledTo, is_filled: p.isFilled })
    .onConflict((oc) => oc.column('client_id').doUpdateSet({ filled_to: p.filledTo, is_filled: p.isFilled })),
);

/** The same for a client that is being made. */
export const insertFilled = systemStatement<{ clientId: number }>((db, p) =>
  db.insertInto('search_fill').values({ client_id: p.clientId, filled_to: sql.lit(0), is_filled: sql.lit(1) }),
);

/** The next customers behind a number that are not in the index. */
export const unindexedCustomers = read<{ after: number; limit: number }, CustomerRow>((db, p) =>
  db
    .selectFrom('customer as c')
    .select(customerColumns.map((column) => `c.${column}` as const))
    .where('c.client_id', '=', p.clientId)
    .where('c.customer_id', '>', p.after)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('customer_search as s')
            .select('s.customer_id')
            .where('s.client_id', '=', p.clientId)
            .whereRef('s.customer_id', '=', 'c.customer_id'),
        ),
      ),
    )
    .orderBy('c.customer_id')
    .limit(p.limit),
);

/** The number of customers: there are no gaps. */
export const customerCount = read<object, { customers: number }>((db, p) =>
  db.selectFrom('client_counter').select('last_customer_id as customers').where('client_id', '=', p.clientId),
);
