/** The scenarios on PostgreSQL: one client with many customers, and many clients with fewer. */
import type { Generator } from './generator.ts';
import { startPostgres } from './postgres-server.ts';
import type { ScenarioName } from './requests.ts';
import { aims, type Comparison, compare, type Rounds } from './scenarios.ts';
import { seedPostgresTwins } from './seed-postgres.ts';

export interface PostgresPart {
  readonly what: string;
  readonly comparisons: readonly Comparison[];
}

const parts = [
  { name: 'one_client', clients: 1, customers: 100_000 },
  { name: 'many_clients', clients: 100, customers: 1000 },
];

export async function* measurePostgres(
  folder: string,
  generator: Generator,
  scenarios: readonly ScenarioName[],
  rounds: Rounds,
): AsyncGenerator<PostgresPart> {
  const server = await startPostgres();
  for (const { name, clients, customers } of parts) {
    // An export is of one client, whatever others there are.
    const chosen = scenarios.filter((scenario) => scenario !== 'export' || clients === 1);
    if (chosen.length === 0) continue;
    const data = await seedPostgresTwins(server, folder, name, clients, customers);
    const comparisons = await compare(data, generator, chosen, rounds, aims.postgres);
    const whose = clients === 1 ? '1 client' : `each of ${clients} clients`;
    yield { what: `${server.version}, ${customers.toLocaleString('en')} customers of ${whose}`, comparisons };
  }
  await server.stop();
}
