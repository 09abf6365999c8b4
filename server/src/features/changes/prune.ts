/** Deletes changes that are too old, some at a time, beside the requests. */
import type { Background } from '../../background.ts';
import type { Store } from '../../db/store.ts';
import { forgetAnswers } from '../../http/idempotency/prune.ts';
import { listClients } from '../clients/queries.ts';
import { feedEnds, placesBehind } from './queries.ts';

/** How many are deleted at a time: few enough to delay other writes by a few milliseconds only. */
const CHUNK = 250;
const EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Begins at once, and again every hour until the service stops. Several processes may do the same: they take turns. */
export function startPruning(store: Store, background: Background, historyDays: number): void {
  background.every(EVERY_MS, () =>
    background.run(async () => {
      for (const { clientId } of await store.readInstallation((tx) => tx.all(listClients, {}))) {
        const before = Date.now() - historyDays * DAY_MS;
        await background.run(() => pruneSome(store, clientId, before));
        await background.run(() => forgetAnswers(store, clientId));
      }
      return false;
    }),
  );
}

/** Returns whether there may be more. */
function pruneSome(store: Store, clientId: number, before: number): Promise<boolean> {
  const principal = { clientId, actor: { kind: 'command', id: null } } as const;
  return store.write(principal, async (tx) => {
    const { pruned = 0 } = (await tx.get(feedEnds, {})) ?? {};
    const places = await tx.all(placesBehind, { after: pruned, limit: CHUNK });
    const old = places.filter(({ at }) => at < before);
    const last = old.at(-1);
    if (last === undefined) return false;
    await tx.prune(last.number);
    return old.length === CHUNK;
  });
}
