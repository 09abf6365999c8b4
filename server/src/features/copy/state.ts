/** The state of the two databases of a copy. */
import { isDeepStrictEqual } from 'node:util';
import type { Engine } from '../../db/engine.ts';
import { migrationsOf } from '../../db/migrate.ts';
import { InstallationTransaction } from '../../db/transaction/installation.ts';
import { type ClientState, clientStates } from './queries.ts';

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
