/** Forgets the answers that nobody asks for again, some at a time, beside the work of the service. */
import type { Store } from '../../db/store.ts';
import { deleteKept, keptTimes } from './queries.ts';

/** So long a request may be sent again, at least. */
const KEPT_MS = 24 * 3_600_000;
/** Few enough to hold other writes up for some milliseconds only. */
const CHUNK = 250;

/** Gives whether there may be more. */
export async function forgetAnswers(store: Store, clientId: number): Promise<boolean> {
  const times = await store.read(clientId, (tx) => tx.all(keptTimes, { limit: CHUNK }));
  const before = Date.now() - KEPT_MS;
  const upTo = times.findLast(({ at }) => at < before)?.at;
  if (upTo === undefined) return false;
  const principal = { clientId, actor: { kind: 'command', id: null } } as const;
  await store.write(principal, (tx) => tx.run(deleteKept, { upTo }));
  return times.length === CHUNK;
}
