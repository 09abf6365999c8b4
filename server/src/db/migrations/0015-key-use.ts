import type { ColumnDataType, Kysely } from '#kysely';

interface Types {
  readonly integer: ColumnDataType;
}

/**
 * When a key was last used, nothing of those that were not used since this column is there; and the key that took its
 * place.
 */
export async function up(db: Kysely<unknown>, types: Types): Promise<void> {
  for (const column of ['last_used_at', 'replaced_by']) {
    await db.schema.alterTable('api_key').addColumn(column, types.integer).execute();
  }
}
