/** Who reads the feed as events, or waits for its next page. */
import { Gauge } from 'prom-client';
import type { Waiting } from '../features/changes/waiting.ts';
import type { Into, Refresh } from './measure.ts';

export function measureFeed({ registry }: Into, waiting: Waiting): Refresh {
  const registers = [registry];
  const readers = new Gauge({
    name: 'foyer_feed_readers',
    help: 'Readers of events, and callers that wait for changes.',
    registers,
  });
  const most = new Gauge({
    name: 'foyer_feed_readers_max',
    help: 'How many this process takes: the setting READERS.',
    registers,
  });
  most.set(waiting.most);
  return () => readers.set(waiting.size);
}
