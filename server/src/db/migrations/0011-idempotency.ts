import { type ColumnDataType, type CreateTableBuilder, type Kysely, sql } from '#kysely';

interface Types {
  readonly integer: ColumnDataType;
  readonly tableEnd: string;
  protect(db: Kysely<unknown>, table: string, reach: 'client'): Promise<void>;
}

/** The answers to requests with an `Idempotency-Key`. */
export async function up(db: Kysely<unknown>, types: Types): Promise<void> {
  const table = db.schema.createTable('kept_answer').modifyEnd(sql.raw(types.tableEnd)) as CreateTableBuilder<
    string,
    string
  >;
  await table
    .addColumn('client_id', types.integer, (c) => c.notNull().references('client.client_id'))
    .addColumn('by_kind', 'text', (c) => c.notNull())
    .addColumn('by_id', types.integer, (c) => c.notNull())
    .addColumn('idempotency_key', 'text', (c) => c.notNull())
    .addColumn('part', types.integer, (c) => c.notNull())
    .addColumn('fingerprint', 'text', (c) => c.notNull())
    .addColumn('created_at', types.integer, (c) => c.notNull())
    .addColumn('status', types.integer)
    .addColumn('headers', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('kept_answer_pkey', ['client_id', 'by_kind', 'by_id', 'idempotency_key', 'part'])
    .execute();
  await db.schema
    .createIndex('kept_answer_created_at')
    .on('kept_answer')
    .columns(['client_id', 'created_at'])
    .execute();
  await types.protect(db, 'kept_answer', 'client');
}
