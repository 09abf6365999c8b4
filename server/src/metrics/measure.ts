/** What the measures have in common: a registry of their own, and the label of clients, which may be left out. */
import type { Gauge, Registry } from 'prom-client';

export interface Into {
  readonly registry: Registry;
  /** Are the short names of clients told? */
  readonly withClients: boolean;
}

/** Brings the gauges of a measure up to date, before they are told. */
export type Refresh = () => void | Promise<void>;

/** In the place of the short name, where clients are not told apart. */
const ALL_CLIENTS = 'all';

export const clientLabel = ({ withClients }: Into, client: string): string => (withClients ? client : ALL_CLIENTS);

/**
 * Reads what gauges tell. What they told before is forgotten, also when nothing new can be read: an old number would be taken
 * for a new one.
 */
export async function readAnew<T>(gauges: readonly Gauge[], read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } finally {
    for (const gauge of gauges) gauge.reset();
  }
}

/** How far something of a client is behind. */
export interface Behind {
  readonly client: string;
  readonly changes: number;
  readonly seconds: number;
}

/** One for each client: of several, what is furthest behind. */
export function furthestBehind(into: Into, all: readonly Behind[]): readonly Behind[] {
  const byClient = Map.groupBy(all, ({ client }) => clientLabel(into, client));
  return [...byClient].map(([client, ofClient]) => ({
    client,
    changes: Math.max(...ofClient.map((one) => one.changes)),
    seconds: Math.max(...ofClient.map((one) => one.seconds)),
  }));
}
