import type { Kysely } from '#kysely';

/** The limit of a key by itself: `500/2000`, `off`, or nothing when it has that of the installation. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('api_key').addColumn('rate_limit', 'text').execute();
}
