/**
 * API keys that were seen to be valid, by their text: hashing and looking up a key costs as much as a whole request. So
 * a revoked key, or a changed setting of its client, is noticed after `FRESH_MS` at the latest.
 */

const FRESH_MS = 2000;
const MAX_KEYS = 10_000;

export class KeyCache<Key> {
  /** The least recently looked up first; the time is that of the monotonic clock. */
  readonly #known = new Map<string, { readonly key: Key; readonly since: number }>();

  /** A key that was seen to be valid a moment ago. */
  fresh(text: string): Key | undefined {
    const known = this.#known.get(text);
    return known !== undefined && performance.now() - known.since < FRESH_MS ? known.key : undefined;
  }

  /** Was the key valid when it was last looked up, however long ago? */
  has(text: string): boolean {
    return this.#known.has(text);
  }

  set(text: string, key: Key): void {
    this.#known.delete(text);
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MAX_KEYS && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(text, { key, since: performance.now() });
  }

  delete(text: string): void {
    this.#known.delete(text);
  }
}
