import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { copyDatabase, PartialFile } from '../db/sqlite/whole-file.ts';
import { print, printJson, UsageError } from './output.ts';

const details = `
The service goes on meanwhile. The file holds everything that was answered before the command began. It is checked and
on the disk before it gets its name. It is for its owner only: keep it so, on another machine. docs/backup.md says how
to try a restore.
`;

/** `foyer backup` */
export function backupCommand(program: Command): void {
  program
    .command('backup')
    .description('copy the database into a file, even while the service runs')
    .argument('<file>', 'the file to make')
    .option('--json', 'print JSON')
    .addHelpText('after', details)
    .action(backup);
}

async function backup(file: string, { json }: { json?: true }): Promise<void> {
  const { database } = readConfig();
  if (database.engine === 'postgres') throw new UsageError(onPostgres(database.url, file));
  if (!existsSync(database.path)) throw new Error(`There is no database file ${resolve(database.path)}.`);
  if (existsSync(file)) throw new Error(`There is a file ${file} already. Give the name of a new one.`);
  const began = performance.now();
  using partial = new PartialFile(resolve(file));
  await copyDatabase(database.path, partial.path);
  const bytes = statSync(partial.path).size;
  partial.finish();
  const ms = Math.round(performance.now() - began);
  if (json) return printJson({ file, bytes, ms });
  print(`Made ${file}: ${(bytes / 1024 / 1024).toFixed(1)} MiB, checked, in ${(ms / 1000).toFixed(1)} s.`);
}

/** The URL's password is not repeated. */
function onPostgres(url: string, file: string): string {
  const { hostname, port, pathname } = new URL(url);
  const where = `--host ${hostname || 'localhost'}${port === '' ? '' : ` --port ${port}`}`;
  return `This database is in PostgreSQL, which makes its own backups. Run
  pg_dump ${where} --username foyer_backup --format custom --file ${file} ${pathname.slice(1)}
as a role that may bypass row-level security; docs/backup.md says how to make it, and how to restore a dump.`;
}
