import type { Command } from 'commander';
import { type ClusterStatus, clusterStatus } from '../features/cluster/status.ts';
import { print, printJson, table } from './output.ts';
import { withStore } from './store.ts';

/** `foyer cluster …` */
export function clusterCommands(program: Command): void {
  const cluster = program.command('cluster').description('the nodes of a cluster, see docs/cluster.md');

  cluster
    .command('status')
    .description('show the nodes, how many clients and customers each has, the largest clients, and what is not spread')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: true }) => {
      const status = await withStore(clusterStatus);
      if (status === undefined) throw new Error('The database is not a cluster.');
      if (json) return printJson(status);
      print(textOf(status));
    });
}

function textOf({ nodes, largest, notColocated }: ClusterStatus): string {
  const rows = nodes.map(({ node, isActive, clients, customers }) => {
    return { node, active: isActive ? 'yes' : 'no', clients, customers };
  });
  const strays =
    notColocated.length === 0
      ? 'All tables are spread.'
      : `Not spread: ${notColocated.join(', ')}; run "foyer migrate".`;
  return [table(rows), table([...largest]), strays].filter(Boolean).join('\n\n');
}
