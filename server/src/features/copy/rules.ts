/** Whether one installation may be copied into another database. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { ClientState } from './queries.ts';

/** What a target holds: nothing, part of this source, or all of it. */
export type TargetState = 'empty' | 'unfinished' | 'complete';

// The counters of all clients are written together at the very end: a client without them is being copied.
const isUnfinished = (client: ClientState): boolean => client.last_change_number === undefined;

/** Throws if the source is itself an unfinished copy. */
export function checkSource(source: readonly ClientState[]): void {
  if (!source.some(isUnfinished)) return;
  throw new Error('The source is itself a copy that was not finished. Finish that one first.');
}

/** What the target holds; throws if a copy must not touch it. */
export function judgeTarget(source: readonly ClientState[], target: readonly ClientState[]): TargetState {
  if (target.length === 0) return 'empty';
  if (!target.every(isUnfinished)) {
    if (isDeepStrictEqual(plain(source), plain(target))) return 'complete';
    const clients = target.length === 1 ? 'a client' : `${target.length} clients`;
    throw new Error(`The target holds ${clients} already. A copy needs an empty database: make a new one for it.`);
  }
  const ofSource = new Map(source.map((client) => [client.client_id, client]));
  for (const client of target) {
    const same = ofSource.get(client.client_id);
    if (same?.name === client.name && same.created_at === client.created_at) continue;
    throw new Error(
      'The target holds an unfinished copy of another source. Copy that source again, or make a new, empty database.',
    );
  }
  return 'unfinished';
}

/** The first client that has changed, is new or is gone. */
export function movedClient(before: readonly ClientState[], after: readonly ClientState[]): string | undefined {
  const [old, now] = [plain(before), plain(after)];
  const at = Array.from({ length: Math.max(old.length, now.length) }, (_, index) => index).find(
    (index) => !isDeepStrictEqual(old[index], now[index]),
  );
  return at === undefined ? undefined : (now[at] ?? old[at])?.name;
}

/** The rows of an engine may lack a prototype. */
const plain = (clients: readonly ClientState[]): ClientState[] => clients.map((client) => ({ ...client }));
