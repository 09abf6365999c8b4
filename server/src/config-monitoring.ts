/** Settings of what the service tells to those who watch it. */
import { readPort, readSwitch, type Setting } from './config-values.ts';

/** Where Prometheus finds its numbers. */
export interface MetricsConfig {
  readonly host: string;
  readonly port: number;
  /** May the short names of clients be told? */
  readonly clients: boolean;
}

export function readMetrics(setting: Setting): MetricsConfig | undefined {
  const port = setting<number | undefined>('METRICS_PORT', undefined, readPort('METRICS_PORT'));
  const host = setting('METRICS_HOST', '127.0.0.1', String);
  const clients = setting('METRICS_CLIENTS', true, readSwitch('METRICS_CLIENTS'));
  return port === undefined ? undefined : { host, port, clients };
}
