import { type ColumnDataType, type CreateTableBuilder, type Kysely, sql } from '#kysely';

interface Types {
  readonly integer: ColumnDataType;
  readonly tableEnd: string;
  protect(db: Kysely<unknown>, table: string, reach: 'client' | 'installation'): Promise<void>;
}

/** The history of a customer, how much of the history is kept, and webhooks. */
export async function up(db: Kysely<unknown>, types: Types): Promise<void> {
  const table = (name: string): CreateTableBuilder<string, string> =>
    db.schema.createTable(name).modifyEnd(sql.raw(types.tableEnd)) as CreateTableBuilder<string, string>;

  await db.schema
    .createIndex('customer_change_customer')
    .on('customer_change')
    .columns(['client_id', 'customer_id', 'change_number'])
    .execute();
  for (const column of ['pruned_change_number', 'last_webhook_id']) {
    await db.schema
      .alterTable('client_counter')
      .addColumn(column, types.integer, (c) => c.notNull().defaultTo(0))
      .execute();
  }

  await table('webhook')
    .addColumn('client_id', types.integer, (c) => c.notNull().references('client.client_id'))
    .addColumn('webhook_id', types.integer, (c) => c.notNull())
    .addColumn('url', 'text', (c) => c.notNull())
    .addColumn('kinds', 'text', (c) => c.notNull())
    .addColumn('payload', 'text', (c) => c.notNull().check(sql`payload in ('thin', 'full')`))
    .addColumn('batch', types.integer, (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('active', 'failing', 'disabled')`))
    .addColumn('secret', 'text', (c) => c.notNull())
    .addColumn('old_secret', 'text')
    .addColumn('old_secret_until', types.integer)
    .addColumn('created_at', types.integer, (c) => c.notNull())
    .addColumn('revision', types.integer, (c) => c.notNull())
    .addColumn('change_number', types.integer, (c) => c.notNull())
    .addColumn('pending_number', types.integer)
    .addColumn('failures', types.integer, (c) => c.notNull())
    .addColumn('failed_at', types.integer)
    .addColumn('next_attempt_at', types.integer)
    .addColumn('last_delivery_id', types.integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('webhook_pkey', ['client_id', 'webhook_id'])
    .execute();

  await table('webhook_delivery')
    .addColumn('client_id', types.integer, (c) => c.notNull())
    .addColumn('webhook_id', types.integer, (c) => c.notNull())
    .addColumn('delivery_id', types.integer, (c) => c.notNull())
    .addColumn('sent_at', types.integer, (c) => c.notNull())
    .addColumn('message_id', 'text', (c) => c.notNull())
    .addColumn('is_test', types.integer, (c) => c.notNull())
    .addColumn('status', types.integer)
    .addColumn('ms', types.integer, (c) => c.notNull())
    .addColumn('error', 'text')
    .addColumn('answer', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('webhook_delivery_pkey', ['client_id', 'webhook_id', 'delivery_id'])
    .addForeignKeyConstraint('webhook_delivery_webhook', ['client_id', 'webhook_id'], 'webhook', [
      'client_id',
      'webhook_id',
    ])
    .execute();

  await table('webhook_lease')
    .addColumn('client_id', types.integer, (c) => c.primaryKey().notNull().references('client.client_id'))
    .addColumn('holder', 'text', (c) => c.notNull())
    .addColumn('until', types.integer, (c) => c.notNull())
    .execute();

  for (const name of ['webhook', 'webhook_delivery']) await types.protect(db, name, 'client');
  await types.protect(db, 'webhook_lease', 'installation');
}
