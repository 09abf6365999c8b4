/** Starts the thread of the searches before somebody waits for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../db/store.ts';
import { nothing } from './find-page.ts';

/** What has waited for the service to start is answered first; one that ends soon does without. */
const AFTER_MS = 10_000;

/** If it fails, the first search tries again. */
export async function prepareSearch(store: Store, signal: AbortSignal): Promise<void> {
  try {
    await sleep(AFTER_MS, undefined, { signal, ref: false });
    await store.readHeavily({ clientId: 0, actor: { kind: 'command', id: null } }, nothing, null);
  } catch {}
}
