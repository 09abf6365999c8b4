/** The command `foyer copy`. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Command } from 'commander';
import { type DatabaseConfig, readLocation } from '../config.ts';
import { connect } from '../db/connect.ts';
import { migrate } from '../db/migrate.ts';
import { copyInstallation } from '../features/copy/copy.ts';
import type { CopyResult } from '../features/copy/result.ts';
import { print, printJson, table, tell, UsageError } from './output.ts';
import { CopyProgress } from './progress.ts';

interface CopyOptions {
  from: string;
  to: string;
  migrateUrl?: string;
  json?: true;
}

const CONNECTIONS = 4;
/** The first of the 64 characters of a checksum, for people. */
const SHOWN_CHARACTERS = 12;

const details = `
Stop the service on the source first: nothing may write to it meanwhile, and the command fails when something did.
The target must be an empty database. When the command was interrupted, run it again: it goes on where it was. API keys
and the staff are copied last, after everything was compared; until the command has ended well, no service can be used
on the target.
A password need not be part of a URL: PGPASSWORD and ~/.pgpass are read as well.

  foyer copy --from sqlite:data/foyer.db --to postgres://foyer@db.example/foyer
`;

/** `foyer copy` */
export function copyCommand(program: Command): void {
  program
    .command('copy')
    .description('move a whole installation into another database, and compare the two')
    .requiredOption('--from <url>', 'the source: sqlite: and the path of a file, or a postgres:// URL')
    .requiredOption('--to <url>', 'the target, in the same way')
    .option('--migrate-url <url>', 'the target as the owner of its tables, when that is another role')
    .option('--json', 'print JSON')
    .addHelpText('after', details)
    // Commander prints an argument that it does not understand, and that may be a URL with a password.
    .configureOutput({ outputError: (text, write) => write(text.replaceAll(/:\/\/\S+/g, '://…')) })
    .action(copy);
}

async function copy({ from, to, migrateUrl, json }: CopyOptions): Promise<void> {
  const source = databaseOf('--from', from);
  const target = databaseOf('--to', to, migrateUrl);
  if (isDeepStrictEqual(placeOf(source), placeOf(target)))
    throw new UsageError('--from and --to are the same database.');
  if (source.engine === 'sqlite' && !existsSync(source.path)) throw new Error(`There is no file ${source.path}.`);
  const result = await run(source, target);
  if (json) printJson(result);
  else print(report(result));
  if (!result.staffEqual) tell('The staff members are not the same.');
  if (!result.equal) throw new Error('The target is not the same as the source; it cannot be used as it is.');
}

function databaseOf(name: string, text: string, migrateUrl?: string): DatabaseConfig {
  const location = readLocation(name, text);
  if (location.engine === 'sqlite') {
    if (migrateUrl !== undefined) throw new UsageError('--migrate-url is for a target on PostgreSQL.');
    return location;
  }
  const owner = migrateUrl === undefined ? location : readLocation('--migrate-url', migrateUrl);
  if (owner.engine === 'sqlite') throw new UsageError('--migrate-url must be a postgres:// URL.');
  return { ...location, migrateUrl: owner.url, connections: CONNECTIONS, preparedStatements: true };
}

const placeOf = (database: DatabaseConfig): string =>
  database.engine === 'sqlite' ? resolve(database.path) : database.url;

async function run(source: DatabaseConfig, target: DatabaseConfig): Promise<CopyResult> {
  await using ends = new AsyncDisposableStack();
  const open = async (database: DatabaseConfig) => ends.adopt(await connect(database), (engine) => engine.close());
  const [from, to] = [await open(source), await open(target)];
  await migrate(to);
  const progress = new CopyProgress();
  ends.defer(() => progress.end());
  return await copyInstallation(from, to, progress);
}

function report({ clients }: CopyResult): string {
  if (clients.length === 0) return 'The source has no clients; the target is ready.';
  return table(
    clients.map(({ client, customers, changes, checksum, equal, different }) => ({
      client,
      customers,
      changes,
      checksum: checksum.slice(0, SHOWN_CHARACTERS),
      result: equal ? 'equal' : `different: ${different.join(', ')}`,
    })),
  );
}
