import type { ColumnDataType, Kysely } from '#kysely';

interface Types {
  readonly integer: ColumnDataType;
}

/** Client-types that are renamed, merged or removed: they retire, and their customers follow. */
export async function up(db: Kysely<unknown>, types: Types): Promise<void> {
  await db.schema.alterTable('client_type').addColumn('retired_at', types.integer).execute();
  await db.schema.alterTable('client_type').addColumn('becomes', types.integer).execute();
  await db.schema.alterTable('client_type').addColumn('retired_by_kind', 'text').execute();
  await db.schema.alterTable('client_type').addColumn('retired_by_id', types.integer).execute();
  await db.schema
    .createIndex('customer_client_type_client_type_id')
    .on('customer_client_type')
    .columns(['client_id', 'client_type_id', 'customer_id'])
    .execute();
}
