/** The database: does it answer, and the connections to it. */
import { Gauge } from 'prom-client';
import type { Store } from '../db/store.ts';
import type { Into, Refresh } from './measure.ts';

export function measureDatabase({ registry }: Into, store: Store): Refresh {
  const registers = [registry];
  const up = new Gauge({ name: 'foyer_database_up', help: 'Does the database answer? 1 or 0.', registers });
  const connections = new Gauge({
    name: 'foyer_database_connections',
    help: 'Connections of this process to PostgreSQL, those of threads not counted.',
    labelNames: ['state'],
    registers,
  });
  const most = new Gauge({
    name: 'foyer_database_connections_max',
    help: 'How many there may be.',
    registers,
  });
  const waiting = new Gauge({
    name: 'foyer_database_waiting',
    help: 'Reads and transactions that wait for a connection.',
    registers,
  });
  return async () => {
    const load = store.engineLoad;
    waiting.set(load.waiting);
    if (load.connections !== undefined) {
      const { open, idle } = load.connections;
      connections.set({ state: 'idle' }, idle);
      connections.set({ state: 'busy' }, open - idle);
      most.set(load.connections.most);
    }
    const answers = await store.ping().then(
      () => 1,
      () => 0,
    );
    up.set(answers);
  };
}
