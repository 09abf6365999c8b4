/**
 * Kysely, as `#kysely`: set-up bundles this file into one (`dist/kysely.js`). Its 280 small files took longer to load
 * than all else of the service, in each process and in each thread.
 */
export * from 'kysely';
export { type Migration, Migrator } from 'kysely/migration';
