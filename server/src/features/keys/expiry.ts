/** Tells the operator of keys that expire soon, in the log and by a metric, before a caller is refused. */
import type { Logger } from 'pino';
import type { Background } from '../../background.ts';
import type { Store } from '../../db/store.ts';
import { listClients } from '../clients/queries.ts';
import { type ListedKey, listKeys } from './queries.ts';
import { expiringKeys } from './rules.ts';

const LOOK_MS = 10 * 60_000;
const TELL_AGAIN_MS = 86_400_000;

export class KeyExpiry {
  readonly #store: Store;
  readonly #log: Logger;
  readonly #toldAt = new Map<string, number>();
  #soon: ReadonlyMap<string, readonly number[]> = new Map();

  constructor(store: Store, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  /** By client: when such keys expire, as of the last look. */
  get soon(): ReadonlyMap<string, readonly number[]> {
    return this.#soon;
  }

  /** Looks at once, and again every ten minutes until the service stops; a key is told of once a day. */
  start(background: Background): void {
    background.every(LOOK_MS, () =>
      background.run(async () => {
        await this.#look();
        return false;
      }),
    );
  }

  async #look(): Promise<void> {
    const now = Date.now();
    const soon = new Map<string, readonly number[]>();
    for (const { clientId, name: client } of await this.#store.readInstallation((tx) => tx.all(listClients, {}))) {
      const keys = await this.#store.read(clientId, (tx) => tx.all(listKeys, {}));
      const expiring = expiringKeys(keys, now);
      for (const key of expiring) this.#tell(client, key, now);
      const times = expiring.map(({ expiresAt }) => expiresAt ?? now);
      soon.set(client, times);
    }
    this.#soon = soon;
  }

  #tell(client: string, { keyId, expiresAt, lastUsedAt, replacedBy }: ListedKey, now: number): void {
    const name = `${client}/${keyId}`;
    if (now - (this.#toldAt.get(name) ?? 0) < TELL_AGAIN_MS) return;
    this.#toldAt.set(name, now);
    const times = { expires: isoTime(expiresAt), used: isoTime(lastUsedAt) };
    const text =
      replacedBy === null
        ? 'an API key expires soon: "foyer key roll" makes one to take its place'
        : 'an API key expires soon and is in use, though another has taken its place';
    this.#log.warn({ client, key: keyId, ...times }, text);
  }
}

const isoTime = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
