/** The index of the search: how far it is behind the records. */
import { Gauge } from 'prom-client';
import type { Store } from '../db/store.ts';
import { indexLag } from '../features/search-index/lag.ts';
import { furthestBehind, type Into, type Refresh, readAnew } from './measure.ts';

export function measureSearchIndex(into: Into, store: Store): Refresh {
  const registers = [into.registry];
  const changes = new Gauge({
    name: 'foyer_search_index_behind_changes',
    help: 'Changes of a client that are yet to be taken into the index of the search. The same from every process.',
    labelNames: ['client'],
    registers,
  });
  const seconds = new Gauge({
    name: 'foyer_search_index_behind_seconds',
    help: 'Age of the oldest of them.',
    labelNames: ['client'],
    registers,
  });
  const beingMade = new Gauge({
    name: 'foyer_search_index_being_made',
    help: 'Clients whose index is being made from all of their customers. The same from every process.',
    registers,
  });
  return async () => {
    const places = await readAnew([changes, seconds], () => indexLag(store));
    beingMade.set(places.filter(({ isBeingMade }) => isBeingMade).length);
    for (const { client, ...behind } of furthestBehind(into, places)) {
      changes.set({ client }, behind.changes);
      seconds.set({ client }, behind.seconds);
    }
  };
}
