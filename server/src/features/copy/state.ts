import { isDeepStrictEqual } from 'node:util';
import type { Engine } from '../../db/engine.ts';
import { InstallationTransaction } from '../../db/transaction/installation.ts';
import { Unavailable } from '../../db/unavailable.ts';
import { appliedMigrations, type ClientState, clientStates } from './queries.ts';

/** All clients of a database, by number. */
export function statesOf(engine: Engine): Promise<ClientState[]> {
  return engine.reading('installation', (connection) =>
    new InstallationTransaction(connection, engine.dialect).all(clientStates, {}),
  );
}

/** Throws when the source has another schema than the target: what only one of them has would be lost, or missing. */
export async function checkSameSchema(source: Engine, target: Engine): Promise<void> {
  const [of, copy] = [await migrationsOf(source), await migrationsOf(target)];
  if (isDeepStrictEqual(of, copy)) return;
  throw new Error(
    `The source is at ${of.at(-1)}, the target at ${copy.at(-1)}. Bring the older one up to date with "foyer migrate" first.`,
  );
}

async function migrationsOf(engine: Engine): Promise<string[]> {
  try {
    const rows = await engine.reading('installation', async (connection) => connection.all(appliedMigrations, []));
    return rows.map(({ name }) => String(name));
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new Error(`This is no database of Foyer, or one that was never migrated: ${(error as Error).message}`);
  }
}
