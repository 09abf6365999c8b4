/** A fresh database for a test, on the engine that the suite runs on. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { DatabaseConfig, PostgresConfig } from '../../server/src/config.ts';
import { connect } from '../../server/src/db/connect.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { indexPathOf } from '../../server/src/db/sqlite/index-file.ts';
import { importFolder } from './config.ts';
import {
  asAdmin,
  createDatabase,
  dropDatabase,
  EMPTY,
  isCluster,
  OWNER,
  SERVICE,
  TEMPLATE,
  urlOf,
} from './postgres.ts';

export type EngineName = DatabaseConfig['engine'];
export type DataRow = Readonly<Record<string, unknown>>;

/** The engine that the suite runs on. */
export const engineName: EngineName = process.env.ENGINE === 'postgres' ? 'postgres' : 'sqlite';

export interface TestDatabase extends AsyncDisposable {
  readonly engine: EngineName;
  /** The value for `DATABASE_URL`. */
  readonly url: string;
  readonly config: DatabaseConfig;
  /** The settings by which a process finds it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs SQL beside the service, with the right to see and do everything. Column names with capitals need quotes. */
  rows(sql: string): Promise<DataRow[]>;
  /** The same on the tables of the index of the search. */
  indexRows(sql: string): Promise<DataRow[]>;
  /** Holds the write lock, as a backup or another process would, until it is disposed of. */
  hold(): Promise<AsyncDisposable>;
}

/** Makes a database; `await using` removes it. It is migrated, unless the test is about that. */
export async function makeDatabase(engine: EngineName = engineName, isMigrated = true): Promise<TestDatabase> {
  const database = engine === 'sqlite' ? await makeFile() : await makePostgres(isMigrated);
  if (engine === 'sqlite' && isMigrated) {
    const opened = await connect(database.config);
    await migrate(opened);
    await opened.close();
  }
  return database;
}

/** A copy of a database, as a restored dump would be; nobody may have the original open. */
export async function copyOfDatabase({ config }: TestDatabase): Promise<TestDatabase> {
  if (config.engine === 'postgres') {
    return postgresDatabase(await createDatabase(new URL(config.url).pathname.slice(1)));
  }
  const copy = await makeFile();
  if (copy.config.engine === 'sqlite') await copyFile(config.path, copy.config.path);
  return copy;
}

async function makeFile(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'foyer-test-'));
  const path = join(folder, 'foyer.db');
  const url = `sqlite:${path}`;
  return {
    engine: 'sqlite',
    url,
    config: { engine: 'sqlite', path },
    environment: { DATABASE_URL: url },
    async rows(sql) {
      using db = new DatabaseSync(path, { timeout: 5000 });
      return db.prepare(sql).all();
    },
    async indexRows(sql) {
      using db = new DatabaseSync(indexPathOf(path), { timeout: 5000 });
      return db.prepare(sql).all();
    },
    async hold() {
      const db = new DatabaseSync(path, { timeout: 5000 });
      db.exec('begin immediate');
      return { [Symbol.asyncDispose]: async () => db.close() };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A database on the shared server, as the service and as its owner reach it. */
export const postgresConfig = (name: string): PostgresConfig => ({
  engine: 'postgres',
  url: urlOf(name, SERVICE),
  migrateUrl: urlOf(name, OWNER),
  connections: 10,
  preparedStatements: process.env.DATABASE_PREPARED_STATEMENTS !== 'off',
});

const makePostgres = async (isMigrated: boolean): Promise<TestDatabase> =>
  postgresDatabase(await createDatabase(isMigrated ? TEMPLATE : EMPTY));

function postgresDatabase(name: string): TestDatabase {
  const config = postgresConfig(name);
  return {
    engine: 'postgres',
    url: config.url,
    config,
    environment: {
      DATABASE_URL: config.url,
      DATABASE_MIGRATE_URL: config.migrateUrl,
      IMPORT_DIR: importFolder(config),
    },
    rows: (sql) => asAdmin(name, async (client) => (await client.query(sql)).rows),
    indexRows: (sql) => asAdmin(name, async (client) => (await client.query(sql)).rows),
    hold: async () => {
      const held = Promise.withResolvers<void>();
      const over = Promise.withResolvers<void>();
      const holding = asAdmin(name, async (client) => {
        // A cluster locks no rows of several clients by one query.
        const rows = isCluster()
          ? 'lock table client_counter in exclusive mode'
          : 'select from client_counter for update';
        await client.query(`begin; ${rows}`);
        held.resolve();
        await over.promise;
      });
      await Promise.race([held.promise, holding]);
      return {
        async [Symbol.asyncDispose]() {
          over.resolve();
          await holding;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await rm(importFolder(config), { recursive: true, force: true });
      await dropDatabase(name);
    },
  };
}
