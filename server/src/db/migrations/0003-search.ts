import { type ColumnDataType, type CreateTableBuilder, type Expression, type Kysely, sql } from '#kysely';

interface Types {
  readonly integer: ColumnDataType;
  readonly bytewise: ColumnDataType | Expression<unknown>;
  readonly tableEnd: string;
  protect(db: Kysely<unknown>, table: string, reach: 'client' | 'installation'): Promise<void>;
}

/**
 * The index of the search, and the order of names. The service fills it for the customers that are there, beside its
 * work.
 */
export async function up(db: Kysely<unknown>, types: Types): Promise<void> {
  const bytewise = types.bytewise as ColumnDataType;
  const table = (name: string): CreateTableBuilder<string, string> =>
    db.schema.createTable(name).modifyEnd(sql.raw(types.tableEnd)) as CreateTableBuilder<string, string>;

  await db.schema
    .alterTable('client')
    .addColumn('name_order', 'text', (c) => c.notNull().defaultTo('nl').check(sql`name_order in ('nl', 'be')`))
    .execute();

  await table('customer_word')
    .addColumn('client_id', types.integer, (c) => c.notNull())
    .addColumn('place', bytewise, (c) => c.notNull())
    .addColumn('word', bytewise, (c) => c.notNull())
    .addColumn('customer_id', types.integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('customer_word_pkey', ['client_id', 'place', 'word', 'customer_id'])
    .execute();

  await table('customer_search')
    .addColumn('client_id', types.integer, (c) => c.notNull())
    .addColumn('customer_id', types.integer, (c) => c.notNull())
    .addColumn('words', 'text', (c) => c.notNull())
    .addColumn('name_nl', bytewise, (c) => c.notNull())
    .addColumn('name_be', bytewise, (c) => c.notNull())
    .addPrimaryKeyConstraint('customer_search_pkey', ['client_id', 'customer_id'])
    .addForeignKeyConstraint('customer_search_customer', ['client_id', 'customer_id'], 'customer', [
      'client_id',
      'customer_id',
    ])
    .execute();
  for (const order of ['nl', 'be']) {
    await db.schema
      .createIndex(`customer_search_name_${order}`)
      .on('customer_search')
      .columns(['client_id', `name_${order}`, 'customer_id'])
      .execute();
  }

  await table('search_word')
    .addColumn('client_id', types.integer, (c) => c.notNull())
    .addColumn('word', bytewise, (c) => c.notNull())
    .addPrimaryKeyConstraint('search_word_pkey', ['client_id', 'word'])
    .execute();

  await table('search_fill')
    .addColumn('client_id', types.integer, (c) => c.primaryKey().notNull().references('client.client_id'))
    .addColumn('filled_to', types.integer, (c) => c.notNull())
    .addColumn('is_filled', types.integer, (c) => c.notNull())
    .execute();

  // Filters whose customers are few, as a rule.
  await db.schema
    .createIndex('customer_credit')
    .on('customer')
    .columns(['client_id', 'credit', 'customer_id'])
    .where(sql.ref('credit'), '<>', sql.lit(0))
    .execute();
  await db.schema
    .createIndex('customer_no_phone')
    .on('customer')
    .columns(['client_id', 'customer_id'])
    .where(sql.ref('phone'), '=', sql.lit(''))
    .execute();

  for (const name of ['customer_word', 'customer_search', 'search_word']) await types.protect(db, name, 'client');
  await types.protect(db, 'search_fill', 'installation');
}
