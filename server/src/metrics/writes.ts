/** Writes: how many wait, how many are committed together, and how long that takes. */
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Store } from '../db/store.ts';
import type { Into, Refresh } from './measure.ts';

const SIZES = [1, 2, 4, 8, 16, 32, 64];
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 4];

export function measureWrites({ registry }: Into, store: Store): Refresh {
  const registers = [registry];
  const queue = new Gauge({
    name: 'foyer_write_queue_length',
    help: 'Writes that wait to be taken into a transaction.',
    registers,
  });
  const sizes = new Histogram({
    name: 'foyer_write_group_size',
    help: 'Writes that were committed together.',
    buckets: SIZES,
    registers,
  });
  const durations = new Histogram({
    name: 'foyer_write_group_duration_seconds',
    help: 'Time from the begin of a transaction that writes, the wait for its lock included, to the end of its commit.',
    buckets: SECONDS,
    registers,
  });
  const failures = new Counter({
    name: 'foyer_write_group_failures_total',
    help: 'Transactions of which nothing was stored.',
    registers,
  });
  store.onGroup((writes, ms, isStored) => {
    sizes.observe(writes);
    durations.observe(ms / 1000);
    if (!isStored) failures.inc();
  });
  return () => queue.set(store.waitingWrites);
}
