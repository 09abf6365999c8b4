/** The list of the migrations, and running them. */
import { type Migration, Migrator } from '#kysely';
import { distribute } from './cluster/distribute.ts';
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
import { up as changeGaps } from './migrations/0014-change-gaps.ts';
import { up as keyUse } from './migrations/0015-key-use.ts';
import { up as wordPages } from './migrations/0016-word-pages.ts';
import type { Compiled, Dialect } from './statement.ts';
import { Unavailable } from './unavailable.ts';

export interface Migrated {
  /** The names of the migrations that ran now. */
  readonly ran: string[];
  /** The tables that were spread over the nodes of a cluster now. */
  readonly distributed: string[];
}

type Types = (typeof tableTypes)[Dialect];

function migrationsBy(types: Types): Record<string, Migration> {
  return {
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
    '0014-change-gaps': { up: (db) => changeGaps(db, types) },
    '0015-key-use': { up: (db) => keyUse(db, types) },
    '0016-word-pages': { up: (db) => wordPages(db, types) },
  };
}

/**
 * Brings the database to the current schema, or that of an earlier migration, and spreads it over the nodes of a
 * cluster.
 */
export async function migrate(engine: Engine, upTo?: string): Promise<Migrated> {
  const migrations = migrationsBy(tableTypes[engine.dialect]);
  return engine.migrating(async (db) => {
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
    const { error, results } = await (upTo === undefined ? migrator.migrateToLatest() : migrator.migrateTo(upTo));
    if (error !== undefined) throw ofNewerVersion(error) ?? error;
    return {
      ran: (results ?? []).map((result) => result.migrationName),
      distributed: engine.dialect === 'postgres' ? await distribute(db) : [],
    };
  });
}

/** Kysely keeps the names of the migrations that ran, and when. */
const migrationsInOrder: Compiled = { sql: 'select name, timestamp from kysely_migration order by name', names: [] };

/** The names of the migrations that ran on a database; throws when it is not one of Foyer. */
export async function migrationsOf(engine: Engine): Promise<string[]> {
  try {
    const rows = await engine.reading('installation', async (connection) => connection.all(migrationsInOrder, []));
    return rows.map(({ name }) => String(name));
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new Error(`This is not a Foyer database, or it was never migrated: ${(error as Error).message}`);
  }
}

/** When a migration ran, in milliseconds since 1970. */
export async function ranAt(engine: Engine, name: string): Promise<number> {
  const rows = await engine.reading('installation', async (connection) => connection.all(migrationsInOrder, []));
  return Date.parse(String(rows.find((row) => row.name === name)?.timestamp));
}

/** The migrations that a database is yet to run. */
export async function missingMigrations(engine: Engine): Promise<string[]> {
  const there = new Set(await migrationsOf(engine));
  return Object.keys(migrationsBy(tableTypes[engine.dialect])).filter((name) => !there.has(name));
}

/** Throws when a database is not one of Foyer, or was made by a newer version than this. */
export async function checkVersion(engine: Engine): Promise<void> {
  const known = new Set(Object.keys(migrationsBy(tableTypes[engine.dialect])));
  const unknown = (await migrationsOf(engine)).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw newerVersion('It', unknown);
}

const newerVersion = (what: string, unknown: readonly string[]): Error =>
  new Error(`${what} was made by a newer version of Foyer (it has ${unknown.join(', ')}): use that version.`);

/** Kysely compares the migrations that ran with its own before it runs any. */
function ofNewerVersion(error: unknown): Error | undefined {
  const unknown = /previously executed migration (\S+) is missing/.exec((error as Error).message)?.[1];
  return unknown === undefined ? undefined : newerVersion('The database', [unknown]);
}
