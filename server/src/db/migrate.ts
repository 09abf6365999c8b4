import { type Migration, Migrator } from 'kysely/migration';
import { tableTypes } from './dialect/tables.ts';
import type { Engine } from './engine.ts';
import { up as customers } from './migrations/0001-customers.ts';
import { up as clientTypes } from './migrations/0002-client-types.ts';
import { up as search } from './migrations/0003-search.ts';
import { up as feed } from './migrations/0004-feed.ts';
import { up as keysOfTexts } from './migrations/0005-keys-of-texts.ts';
import { up as imports } from './migrations/0008-imports.ts';
import { up as staff } from './migrations/0009-staff.ts';
import { up as searchIndex } from './migrations/0010-search-index.ts';
import { up as idempotency } from './migrations/0011-idempotency.ts';
import { up as keyRate } from './migrations/0012-key-rate.ts';
import { up as policies } from './migrations/0013-policies.ts';

/** Brings the database to the current schema; returns the names of the migrations that ran. */
export async function migrate(engine: Engine): Promise<string[]> {
  const types = tableTypes[engine.dialect];
  const migrations: Record<string, Migration> = {
    '0001-customers': { up: (db) => customers(db, types) },
    '0002-client-types': { up: (db) => clientTypes(db, types) },
    '0003-search': { up: (db) => search(db, types) },
    '0004-feed': { up: (db) => feed(db, types) },
    '0005-keys-of-texts': { up: (db) => keysOfTexts(db, types) },
    '0008-imports': { up: (db) => imports(db, types) },
    '0009-staff': { up: (db) => staff(db, types) },
    '0010-search-index': { up: (db) => searchIndex(db, types) },
    '0011-idempotency': { up: (db) => idempotency(db, types) },
    '0012-key-rate': { up: keyRate },
    '0013-policies': { up: (db) => policies(db, types) },
  };
  return engine.migrating(async (db) => {
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
    const { error, results } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    return (results ?? []).map((result) => result.migrationName);
  });
}
