import { type ColumnDataType, type ColumnDefinitionBuilder, type CreateTableBuilder, type Kysely, sql } from '#kysely';

interface Types {
  readonly integer: ColumnDataType;
  readonly tableEnd: string;
  protect(db: Kysely<unknown>, table: string, reach: 'client' | 'installation'): Promise<void>;
}

/** Files of customers that are imported, and the rows of them that were refused. */
export async function up(db: Kysely<unknown>, types: Types): Promise<void> {
  const table = (name: string): CreateTableBuilder<string, string> =>
    db.schema.createTable(name).modifyEnd(sql.raw(types.tableEnd)) as CreateTableBuilder<string, string>;
  const count = (c: ColumnDefinitionBuilder): ColumnDefinitionBuilder => c.notNull().defaultTo(0);

  await db.schema
    .alterTable('client_counter')
    .addColumn('last_import_id', types.integer, (c) => c.notNull().defaultTo(0))
    .execute();

  await table('import_job')
    .addColumn('client_id', types.integer, (c) => c.notNull().references('client.client_id'))
    .addColumn('import_id', types.integer, (c) => c.notNull())
    .addColumn('state', 'text', (c) =>
      c.notNull().check(sql`state in ('waiting', 'running', 'done', 'cancelled', 'failed')`),
    )
    .addColumn('fingerprint', 'text', (c) => c.notNull())
    .addColumn('file_name', 'text', (c) => c.notNull())
    .addColumn('bytes', types.integer, (c) => c.notNull())
    .addColumn('spool', 'text', (c) => c.notNull())
    .addColumn('options', 'text', (c) => c.notNull())
    .addColumn('reading', 'text', (c) => c.notNull())
    .addColumn('by_kind', 'text', (c) => c.notNull())
    .addColumn('by_id', types.integer)
    .addColumn('created_at', types.integer, (c) => c.notNull())
    .addColumn('started_at', types.integer)
    .addColumn('finished_at', types.integer)
    .addColumn('busy_ms', types.integer, count)
    .addColumn('holder', 'text')
    .addColumn('lease_until', types.integer, count)
    .addColumn('first_change', types.integer, count)
    .addColumn('last_customer', types.integer, count)
    .addColumn('line', types.integer, count)
    .addColumn('bytes_read', types.integer, count)
    .addColumn('rows_read', types.integer, count)
    .addColumn('created', types.integer, count)
    .addColumn('updated', types.integer, count)
    .addColumn('unchanged', types.integer, count)
    .addColumn('refused', types.integer, count)
    .addColumn('conflicts', types.integer, count)
    .addColumn('repeated', types.integer, count)
    .addColumn('counts', 'text', (c) => c.notNull())
    .addColumn('error', 'text')
    .addPrimaryKeyConstraint('import_job_pkey', ['client_id', 'import_id'])
    .execute();

  await table('import_refusal')
    .addColumn('client_id', types.integer, (c) => c.notNull())
    .addColumn('import_id', types.integer, (c) => c.notNull())
    .addColumn('line', types.integer, (c) => c.notNull())
    .addColumn('cells', 'text', (c) => c.notNull())
    .addColumn('error', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('import_refusal_pkey', ['client_id', 'import_id', 'line'])
    .addForeignKeyConstraint('import_refusal_job', ['client_id', 'import_id'], 'import_job', ['client_id', 'import_id'])
    .execute();

  await types.protect(db, 'import_job', 'installation');
  await types.protect(db, 'import_refusal', 'client');
}
