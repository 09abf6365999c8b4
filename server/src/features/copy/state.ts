/** The state of the two databases of a copy. */
import { isDeepStrictEqual } from 'node:util';
import type { Engine } from '../../db/engine.ts';
import { migrationsOf } from '../../db/migrate.ts';
import { InstallationTransaction } from '../../db/transaction/installation.ts';
import { allClients, allCounters, allGaps, type ClientState } from './queries.ts';

/** All clients of a database, by number. */
export function statesOf(engine: Engine): Promise<ClientState[]> {
  return engine.reading('installation', async (connection) => {
    const tx = new InstallationTransaction(connection, engine.dialect);
    // Each by itself: a cluster does not join what is on every node with what is on one from the outside.
    const [clients, counters, gaps] = await Promise.all([
      tx.all(allClients, {}),
      tx.all(allCounters, {}),
      tx.all(allGaps, {}),
    ]);
    const counterOf = new Map(counters.map((counter) => [counter.client_id, counter]));
    const skippedOf = new Map(gaps.map(({ client_id, skipped }) => [client_id, skipped]));
    return clients.map((client) => ({
      ...client,
      ...counterOf.get(client.client_id),
      skipped: skippedOf.get(client.client_id) ?? 0,
    }));
  });
}

/** Throws if the schemas of source and target differ: data that only one of them knows would be lost, or missing. */
export async function checkSameSchema(source: Engine, target: Engine): Promise<void> {
  const [of, copy] = [await migrationsOf(source), await migrationsOf(target)];
  if (isDeepStrictEqual(of, copy)) return;
  throw new Error(
    `The source is at ${of.at(-1)}, the target at ${copy.at(-1)}. ` +
      'Bring the older one up to date with "foyer migrate" first.',
  );
}
