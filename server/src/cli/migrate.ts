import type { Command } from 'commander';
import { migrate } from '../db/migrate.ts';
import { print, printJson } from './output.ts';
import { withEngine } from './store.ts';

/** `foyer migrate` */
export function migrateCommand(program: Command): void {
  program
    .command('migrate')
    .description(
      'bring the database to the present schema, and spread it over the nodes of a cluster; "foyer serve" does so too',
    )
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: true }) => {
      const { ran, distributed } = await withEngine((engine) => migrate(engine));
      if (json) return printJson([...ran, ...distributed.map((name) => `distribute ${name}`)]);
      if (ran.length > 0) print(`Ran ${ran.join(', ')}.`);
      if (distributed.length > 0) print(`Spread over the nodes of the cluster: ${distributed.join(', ')}.`);
      if (ran.length + distributed.length === 0) print('The database is up to date.');
    });
}
