/** Imports of files: how many wait or run, how many came to which end, and the rows that were taken in. */
import { Counter, Gauge } from 'prom-client';
import type { Store } from '../db/store.ts';
import type { ImportJobs } from '../features/imports/jobs.ts';
import { openJobs } from '../features/imports/queries.ts';
import { type Into, type Refresh, readAnew } from './measure.ts';

export function measureImports({ registry }: Into, store: Store, jobs: ImportJobs): Refresh {
  const registers = [registry];
  const open = new Gauge({
    name: 'foyer_imports',
    help: 'Imports of all clients that wait or run. The same from every process.',
    labelNames: ['state'],
    registers,
  });
  const over = new Counter({
    name: 'foyer_imports_over_total',
    help: 'Imports that ended in this process: done, failed or cancelled.',
    labelNames: ['state'],
    registers,
  });
  const rows = new Counter({ name: 'foyer_import_rows_total', help: 'Rows that this process took in.', registers });
  for (const state of ['done', 'failed', 'cancelled']) over.inc({ state }, 0);
  jobs.listen({ rows: (count) => rows.inc(count), over: (state) => over.inc({ state }) });
  return async () => {
    const all = await readAnew([open], () => store.readInstallation((tx) => tx.all(openJobs, {})));
    const isRunning = ({ holder, leaseUntil, now }: (typeof all)[number]) => holder !== null && leaseUntil > now;
    const running = all.filter(isRunning).length;
    open.set({ state: 'running' }, running);
    open.set({ state: 'waiting' }, all.length - running);
  };
}
