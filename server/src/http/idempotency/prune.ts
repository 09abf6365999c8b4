/** Deletes the answers that nobody will ask for again, some at a time, beside the requests. */
import type { Store } from '../../db/store.ts';
import { deleteKept, keptTimes } from './queries.ts';

/** How long a request may be repeated, at least. */
const KEPT_MS = 24 * 3_600_000;
/** How many are deleted at a time: few enough to delay other writes by a few milliseconds only. */
const CHUNK = 250;

/** Returns whether there may be more. */
export async function forgetAnswers(store: Store, clientId: number): Promise<boolean> {
  const times = await store.read(clientId, (tx) => tx.all(keptTimes, { limit: CHUNK }));
  const before = Date.now() - KEPT_MS;
  const upTo = times.findLast(({ at }) => at < before)?.at;
  if (upTo === undefined) return false;
  const principal = { clientId, actor: { kind: 'command', id: null } } as const;
  await store.write(principal, (tx) => tx.run(deleteKept, { upTo }));
  return times.length === CHUNK;
}
