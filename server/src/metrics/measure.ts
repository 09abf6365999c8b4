/** What the metrics share: their own registry, and the label for clients, which may be left out. */
import type { Gauge, Registry } from 'prom-client';

export interface Into {
  readonly registry: Registry;
  /** Are clients shown by their short names? */
  readonly withClients: boolean;
}

/** Updates the gauges before a scrape. */
export type Refresh = () => void | Promise<void>;

/** Replaces the short name if clients are not told apart. */
const ALL_CLIENTS = 'all';

export const clientLabel = ({ withClients }: Into, client: string): string => (withClients ? client : ALL_CLIENTS);

/**
 * Reads the values of gauges. The previous ones are reset, even if nothing new can be read: an old number would be
 * taken for a new one.
 */
export async function readAnew<T>(gauges: readonly Gauge[], read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } finally {
    for (const gauge of gauges) gauge.reset();
  }
}

/** How far something is behind, for a client. */
export interface Behind {
  readonly client: string;
  readonly changes: number;
  readonly seconds: number;
}

/** One for each client: of several, the one that is furthest behind. */
export function furthestBehind(into: Into, all: readonly Behind[]): readonly Behind[] {
  const byClient = Map.groupBy(all, ({ client }) => clientLabel(into, client));
  return [...byClient].map(([client, ofClient]) => ({
    client,
    changes: Math.max(...ofClient.map((one) => one.changes)),
    seconds: Math.max(...ofClient.map((one) => one.seconds)),
  }));
}
