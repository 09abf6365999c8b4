/**
 * Makes a database that was restored to an earlier state safe to use: the numbers of changes continue beyond a gap, so
 * that none is assigned again, and readers that were ahead are told so; staff sign in again, and open imports end.
 */
import type { Store } from '../../db/store.ts';
import { listClients } from '../clients/queries.ts';
import {
  type ClientNumbers,
  deleteLease,
  deleteLinks,
  deleteSessions,
  endImports,
  insertGap,
  lockNumbers,
  skipNumbers,
} from './queries.ts';
import { numberBehindGap } from './rules.ts';

/** A client, its last change, and the number after which its changes continue. */
export interface Anew extends ClientNumbers {
  readonly next: number;
}

const ENDED =
  'The service was restored from a backup that was made in the middle of this import. ' +
  'Send its file again: rows that are already stored are found unchanged.';

/** All clients in one transaction: either every one gets its gap, or none. */
export function beginAnew(store: Store): Promise<readonly Anew[]> {
  return store.writeInstallation(async (tx) => {
    const now = Date.now();
    const all: Anew[] = [];
    for (const { clientId, name } of await tx.all(listClients, {})) {
      const [numbers] = await tx.all(lockNumbers, { clientId });
      if (numbers === undefined) throw new Error('There is no such client');
      const { last } = numbers;
      const next = numberBehindGap(last, now);
      all.push({ clientId, name, ...numbers, next });
      await tx.run(insertGap, { clientId, from: last, to: next, now });
      await tx.run(skipNumbers, { clientId, to: next });
      await tx.run(deleteLease, { clientId });
      await tx.run(endImports, { clientId, now, error: ENDED });
    }
    await tx.run(deleteSessions, {});
    await tx.run(deleteLinks, {});
    return all;
  });
}
