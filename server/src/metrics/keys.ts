/** API keys that expire soon. */
import { Gauge } from 'prom-client';
import type { KeyExpiry } from '../features/keys/expiry.ts';
import { clientLabel, type Into, type Refresh } from './measure.ts';

export function measureKeys(into: Into, expiry: KeyExpiry): Refresh {
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
  return () => {
    keys.reset();
    seconds.reset();
    const now = Date.now();
    for (const [client, all] of Map.groupBy(expiry.soon, ([name]) => clientLabel(into, name))) {
      const left = all.flatMap(([, times]) => times.filter((at) => at > now)).map((at) => (at - now) / 1000);
      keys.set({ client }, left.length);
      if (left.length > 0) seconds.set({ client }, Math.min(...left));
    }
  };
}
