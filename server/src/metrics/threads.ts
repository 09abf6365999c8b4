/** The threads for heavy work: searches, their index, and large writes. */
import { Counter, Gauge } from 'prom-client';
import type { Store } from '../db/store.ts';
import type { Into, Refresh } from './measure.ts';

export function measureThreads({ registry }: Into, store: Store): Refresh {
  const registers = [registry];
  const threads = new Gauge({
    name: 'foyer_threads',
    help: 'Threads that run; they end when they were idle for a while.',
    labelNames: ['work'],
    registers,
  });
  const jobs = new Gauge({
    name: 'foyer_thread_jobs',
    help: 'Searches, work at their index and large writes, running or waiting for a thread.',
    labelNames: ['work', 'state'],
    registers,
  });
  const refused = new Counter({
    name: 'foyer_thread_jobs_refused_total',
    help: 'Jobs that were refused because too much waited (crowded), waited too long (busy), or took too long (slow).',
    labelNames: ['work', 'reason'],
    registers,
  });
  return () => {
    // The threads count by themselves since the start; these are the sums.
    refused.reset();
    for (const [work, load] of Object.entries(store.engineLoad.threads)) {
      threads.set({ work }, load.threads);
      jobs.set({ work, state: 'running' }, load.running);
      jobs.set({ work, state: 'waiting' }, load.waiting);
      for (const [reason, count] of Object.entries(load.refused)) refused.inc({ work, reason }, count);
    }
  };
}
