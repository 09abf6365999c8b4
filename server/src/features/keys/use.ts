/** Writes down when a key was used: beside the request, and once a minute for each key at most. */
import type { Store } from '../../db/store.ts';
import type { FoundKey } from '../../http/caller.ts';
import { noteKeyUse } from './queries.ts';

const EVERY_MS = 60_000;
/** So many are remembered; then all are forgotten, and the database says which were written down of late. */
const MOST_NOTED = 10_000;

export class KeyUse {
  readonly #store: Store;
  /** When this process last wrote a key down: many requests may find at once that it is time. */
  readonly #notedAt = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Nobody waits for it. When it cannot be written now, a later request tries again. */
  note({ clientId, keyId, lastUsedAt }: FoundKey): void {
    const now = Date.now();
    const key = `${clientId}/${keyId}`;
    const last = Math.max(lastUsedAt ?? 0, this.#notedAt.get(key) ?? 0);
    // A clock that was set back is no reason to write at every request.
    if (Math.abs(now - last) < EVERY_MS) return;
    if (this.#notedAt.size >= MOST_NOTED) this.#notedAt.clear();
    this.#notedAt.set(key, now);
    const principal = { clientId, actor: { kind: 'command', id: null } } as const;
    this.#store.write(principal, (tx) => tx.run(noteKeyUse, { keyId, now })).catch(() => this.#notedAt.delete(key));
  }
}
