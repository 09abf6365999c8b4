/** The process: its memory, processor time, event loop and connections, under the names that Node's dashboards know. */
import type { Server } from 'node:http';
import { promisify } from 'node:util';
import { collectDefaultMetrics, Gauge } from 'prom-client';
import type { Store } from '../db/store.ts';
import { version } from '../version.ts';
import type { Into, Refresh } from './measure.ts';

export function measureProcess({ registry }: Into, store: Store, server: Server): Refresh {
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const build = new Gauge({
    name: 'foyer_build_info',
    help: 'Always 1: which version runs, on which engine.',
    labelNames: ['version', 'engine'],
    registers,
  });
  build.set({ version, engine: store.dialect }, 1);
  const connections = new Gauge({ name: 'foyer_http_connections', help: 'Connections of callers.', registers });
  const count = promisify(server.getConnections.bind(server));
  return async () => connections.set(await count());
}
