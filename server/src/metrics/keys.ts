/** API keys that expire soon. */
import { Gauge } from 'prom-client';
import type { Store } from '../db/store.ts';
import { listClients } from '../features/clients/queries.ts';
import type { KeyExpiry } from '../features/keys/expiry.ts';
import { clientLabel, type Into, type Refresh, readAnew } from './measure.ts';

export function measureKeys(into: Into, store: Store, expiry: KeyExpiry): Refresh {
  const registers = [into.registry];
  const keys = new Gauge({
    name: 'foyer_keys_expiring',
    help: 'API keys of a client that expire within 14 days. The same from every process, looked up every 10 minutes.',
    labelNames: ['client'],
    registers,
  });
  const seconds = new Gauge({
    name: 'foyer_keys_expire_seconds',
    help: 'Time until the first of them expires.',
    labelNames: ['client'],
    registers,
  });
  return async () => {
    // A client that is new since the last look has no such keys, and that is told too.
    const clients = await readAnew([keys, seconds], () => store.readInstallation((tx) => tx.all(listClients, {})));
    const now = Date.now();
    for (const [client, all] of Map.groupBy(clients, ({ name }) => clientLabel(into, name))) {
      const times = all.flatMap(({ name }) => expiry.soon.get(name) ?? []);
      const left = times.filter((at) => at > now).map((at) => (at - now) / 1000);
      keys.set({ client }, left.length);
      if (left.length > 0) seconds.set({ client }, Math.min(...left));
    }
  };
}
