import { type ColumnDataType, type CreateTableBuilder, type Kysely, sql } from '#kysely';

interface Types {
  readonly integer: ColumnDataType;
  readonly tableEnd: string;
  protect(db: Kysely<unknown>, table: string, reach: 'installation'): Promise<void>;
}

/** The numbers that no change of a client has, since its database was restored. */
export async function up(db: Kysely<unknown>, types: Types): Promise<void> {
  const table = db.schema.createTable('change_gap').modifyEnd(sql.raw(types.tableEnd)) as CreateTableBuilder<
    string,
    string
  >;
  await table
    .addColumn('client_id', types.integer, (c) => c.notNull().references('client.client_id'))
    .addColumn('from_number', types.integer, (c) => c.notNull())
    .addColumn('to_number', types.integer, (c) => c.notNull())
    .addColumn('made_at', types.integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('change_gap_pkey', ['client_id', 'to_number'])
    .execute();
  await types.protect(db, 'change_gap', 'installation');
}
