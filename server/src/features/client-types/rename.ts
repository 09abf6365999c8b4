/**
 * Renames, merges and removes client-types. The list of names changes at once: the old one retires, and its name is
 * free. Its customers are carried over some at a time (see carry-over.ts).
 */
import type { Actor } from '../../db/transaction/change.ts';
import type { WriteTransaction } from '../../db/transaction/write.ts';
import { foldCase } from '../../http/wire/text.ts';
import {
  type ClientTypeRow,
  clientTypeByKey,
  createdAtOf,
  insertClientType,
  redirectRetired,
  retireClientType,
} from './queries.ts';

export interface Renamed extends ClientTypeRow {
  readonly createdAt: number;
}

/** Returns the client-type as it is now called; `undefined` if there is none with that name. */
export async function renameClientType(
  tx: WriteTransaction,
  oldName: string,
  name: string,
  actor: Actor,
): Promise<Renamed | undefined> {
  const old = await tx.get(clientTypeByKey, { nameKey: foldCase(oldName) });
  if (old === undefined) return undefined;
  const made = async (type: ClientTypeRow): Promise<Renamed> => {
    const { createdAt = 0 } = (await tx.get(createdAtOf, type)) ?? {};
    return { ...type, createdAt };
  };
  if (old.name === name) return made(old);
  const nameKey = foldCase(name);
  const other = await tx.get(clientTypeByKey, { nameKey });
  if (other !== undefined && other.clientTypeId !== old.clientTypeId) {
    await retire(tx, old, other.clientTypeId, actor);
    return made(other);
  }
  const clientTypeId = await tx.next('clientTypeId');
  const { createdAt } = await made(old);
  // A new spelling of a name replaces the old one.
  await retire(tx, old, clientTypeId, actor);
  await tx.run(insertClientType, { clientTypeId, name, nameKey, createdAt });
  return { clientTypeId, name, createdAt };
}

/** Returns false if there is none with that name. */
export async function removeByName(tx: WriteTransaction, name: string, actor: Actor): Promise<boolean> {
  const old = await tx.get(clientTypeByKey, { nameKey: foldCase(name) });
  if (old !== undefined) await retire(tx, old, null, actor);
  return old !== undefined;
}

async function retire(tx: WriteTransaction, { clientTypeId }: ClientTypeRow, becomes: number | null, actor: Actor) {
  await tx.run(redirectRetired, { clientTypeId, becomes });
  await tx.run(retireClientType, {
    clientTypeId,
    // No name contains control characters.
    nameKey: `\u0001${clientTypeId}`,
    retiredAt: Date.now(),
    becomes,
    byKind: actor.kind,
    byId: actor.id,
  });
}
