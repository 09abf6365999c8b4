import type { Command } from 'commander';
import { migrate } from '../db/migrate.ts';
import { print, printJson } from './output.ts';
import { withEngine } from './store.ts';

/** `foyer migrate` */
export function migrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('bring the database to the present schema; "foyer serve" does so too')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: true }) => {
      const ran = await withEngine(migrate);
      if (json) return printJson(ran);
      print(ran.length === 0 ? 'The database is up to date.' : `Ran ${ran.join(', ')}.`);
    });
}
