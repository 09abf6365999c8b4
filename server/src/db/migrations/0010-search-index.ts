import { type ColumnDataType, type CreateTableBuilder, type Expression, type Kysely, sql } from '#kysely';

interface Types {
  readonly integer: ColumnDataType;
  readonly bytewise: ColumnDataType | Expression<unknown>;
  readonly tableEnd: string;
  readonly index: 'tables' | 'file';
  readonly randomHex: Expression<string>;
  protect(db: Kysely<unknown>, table: string, reach: 'client' | 'installation'): Promise<void>;
}

/**
 * The index of the search leaves the transaction of the record: it is made anew, by who reads the feed, in a file of
 * its own or in these tables. Each client has a secret, with which is sealed what callers bring back.
 */
export async function up(db: Kysely<unknown>, types: Types): Promise<void> {
  for (const table of ['customer_word', 'customer_search', 'search_word', 'search_fill']) {
    await db.schema.dropTable(table).execute();
  }
  await db.schema
    .alterTable('client')
    .addColumn('secret', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  await sql`update client set secret = ${types.randomHex}`.execute(db);
  if (types.index === 'tables') await makeTables(db, types);
}

async function makeTables(db: Kysely<unknown>, types: Types): Promise<void> {
  const bytewise = types.bytewise as ColumnDataType;
  const table = (name: string): CreateTableBuilder<string, string> =>
    db.schema.createTable(name).modifyEnd(sql.raw(types.tableEnd)) as CreateTableBuilder<string, string>;

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
    .addColumn('name', bytewise, (c) => c.notNull())
    .addPrimaryKeyConstraint('customer_search_pkey', ['client_id', 'customer_id'])
    .execute();
  await db.schema
    .createIndex('customer_search_name')
    .on('customer_search')
    .columns(['client_id', 'name', 'customer_id'])
    .execute();
  await table('search_word')
    .addColumn('client_id', types.integer, (c) => c.notNull())
    .addColumn('word', bytewise, (c) => c.notNull())
    .addPrimaryKeyConstraint('search_word_pkey', ['client_id', 'word'])
    .execute();
  await table('search_index')
    .addColumn('client_id', types.integer, (c) => c.primaryKey().notNull().references('client.client_id'))
    .addColumn('change_number', types.integer, (c) => c.notNull())
    .addColumn('changed_at', types.integer, (c) => c.notNull())
    .addColumn('made_to', types.integer)
    .addColumn('name_order', 'text', (c) => c.notNull())
    .addColumn('rules', types.integer, (c) => c.notNull())
    .execute();

  for (const name of ['customer_word', 'customer_search', 'search_word']) await types.protect(db, name, 'client');
  await types.protect(db, 'search_index', 'installation');
}
