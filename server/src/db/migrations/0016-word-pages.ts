import { type ColumnDataType, type CreateTableBuilder, type Expression, type Kysely, sql } from '#kysely';

interface Types {
  readonly integer: ColumnDataType;
  readonly bytewise: ColumnDataType | Expression<unknown>;
  readonly tableEnd: string;
  readonly index: 'tables' | 'file';
  protect(db: Kysely<unknown>, table: string, reach: 'client'): Promise<void>;
}

/**
 * The words of many customers that the index takes in at once are packed in pages. An index that exists remains as it
 * is.
 */
export async function up(db: Kysely<unknown>, types: Types): Promise<void> {
  if (types.index === 'file') return;
  const bytewise = types.bytewise as ColumnDataType;
  await db.schema.alterTable('customer_search').addColumn('run', types.integer).execute();
  const table = db.schema.createTable('customer_word_page').modifyEnd(sql.raw(types.tableEnd)) as CreateTableBuilder<
    string,
    string
  >;
  await table
    .addColumn('client_id', types.integer, (c) => c.notNull())
    .addColumn('place', bytewise, (c) => c.notNull())
    .addColumn('start', bytewise, (c) => c.notNull())
    .addColumn('run', types.integer, (c) => c.notNull())
    .addColumn('words', bytewise, (c) => c.notNull())
    .addColumn('numbers', bytewise, (c) => c.notNull())
    .addPrimaryKeyConstraint('customer_word_page_pkey', ['client_id', 'place', 'start', 'run'])
    .execute();
  await types.protect(db, 'customer_word_page', 'client');
}
