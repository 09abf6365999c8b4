import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type DatabaseConfig, readConfig, type SqliteConfig } from '../config.ts';
import type { Engine } from '../db/engine.ts';
import { checkVersion, migrate } from '../db/migrate.ts';
import { prepareFile } from '../db/sqlite/file.ts';
import { indexPathOf, removeIndexFile } from '../db/sqlite/index-file.ts';
import { claimFile, replaceFile } from '../db/sqlite/replace-file.ts';
import { copyDatabase, PartialFile } from '../db/sqlite/whole-file.ts';
import { Store } from '../db/store.ts';
import { type Anew, beginAnew } from '../features/restore/begin-anew.ts';
import { otherConnections } from '../features/restore/queries.ts';
import { print, printJson, table, tell, UsageError } from './output.ts';
import { withEngine } from './store.ts';

const details = `
Stop the service first. The file may be one made by "foyer backup", or a database file that was copied in another way.
The existing database is kept under another name. With --in-place nothing is copied: the database was restored by other
means, such as pg_restore.

The numbers of changes continue beyond a gap: programs that have read further than the backup get 410, and start over
with an export. Staff sign in again. API keys are as in the backup: those revoked since are valid again. See
docs/backup.md.
`;

interface RestoreOptions {
  inPlace?: true;
  json?: true;
}

/** `foyer restore` */
export function restoreCommand(program: Command): void {
  program
    .command('restore')
    .description('restore the database from a backup')
    .argument('[file]', 'the backup')
    .option('--in-place', 'the database was restored already: only make it safe to use')
    .option('--json', 'print JSON')
    .addHelpText('after', details)
    .action(restore);
}

async function restore(file: string | undefined, { inPlace, json }: RestoreOptions): Promise<void> {
  if ((file === undefined) !== (inPlace === true)) throw new UsageError('Give the file of a backup, or --in-place.');
  const { database } = readConfig();
  const { clients, kept } =
    file === undefined ? await makeSafe(database) : await putBack(resolve(file), fileOf(database));
  if (json) return printJson({ clients: clients.map(({ clientId: _, ...rest }) => rest), kept: kept ?? null });
  if (kept !== undefined) tell(`What was there is kept as ${kept}.`);
  if (clients.length > 0) print(report(clients));
  tell('Check the keys (foyer key list): those revoked since the backup are valid again. Then start the service.');
}

function fileOf(database: DatabaseConfig): SqliteConfig {
  if (database.engine === 'sqlite') return database;
  throw new UsageError(
    'This database is in PostgreSQL: restore the dump by pg_restore, ' +
      'then run "foyer restore --in-place" (docs/backup.md).',
  );
}

interface Restored {
  readonly clients: readonly Anew[];
  /** Where the previous database is now. */
  readonly kept?: string | undefined;
}

/** Prepares a copy of the file beside the database, and puts it in its place. */
async function putBack(file: string, { path }: SqliteConfig): Promise<Restored> {
  if (!existsSync(file)) throw new Error(`There is no file ${file}.`);
  if (file === resolve(path))
    throw new UsageError('This file is the database itself; --in-place makes it safe to use.');
  prepareFile(path);
  using ends = new DisposableStack();
  if (existsSync(path)) ends.use(claimFile(path));
  using partial = new PartialFile(resolve(path));
  await copyDatabase(file, partial.path);
  const clients = await withEngine(anew, { engine: 'sqlite', path: partial.path });
  ends.dispose();
  const kept = replaceFile(path, partial, new Date());
  removeIndexFile(indexPathOf(path));
  return { clients, kept };
}

async function makeSafe(database: DatabaseConfig): Promise<Restored> {
  if (database.engine === 'postgres') {
    return { clients: await withEngine((engine) => anewWhenAlone(engine), database) };
  }
  if (!existsSync(database.path)) throw new Error(`There is no database file ${resolve(database.path)}.`);
  claimFile(database.path)[Symbol.dispose]();
  const clients = await withEngine(anew, database);
  removeIndexFile(indexPathOf(database.path));
  return { clients };
}

async function anewWhenAlone(engine: Engine): Promise<readonly Anew[]> {
  const row = await engine.reading('installation', async (connection) => connection.get(otherConnections, []));
  if (Number(row?.others) > 0)
    throw new Error(
      'Another process of Foyer is connected to this database. Stop the service, and run this again; ' +
        'not through a pooler, which keeps connections.',
    );
  return anew(engine);
}

async function anew(engine: Engine): Promise<readonly Anew[]> {
  await checkVersion(engine);
  await migrate(engine);
  return beginAnew(new Store(engine));
}

const report = (clients: readonly Anew[]): string =>
  table(
    clients.map(({ name, customers, last, next }) => ({
      client: name,
      customers,
      'last change': last,
      'next change': next + 1,
    })),
  );
