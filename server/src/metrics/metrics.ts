/**
 * Metrics for Prometheus, on a port of their own. Loaded only if they are wanted. What is measured does not know of it:
 * the metrics listen to the service, or ask it at a scrape.
 */
import type { Server } from 'node:http';
import { Registry } from 'prom-client';
import type { MetricsConfig } from '../config-monitoring.ts';
import type { Store } from '../db/store.ts';
import type { Waiting } from '../features/changes/waiting.ts';
import type { ImportJobs } from '../features/imports/jobs.ts';
import type { KeyExpiry } from '../features/keys/expiry.ts';
import type { Sender } from '../features/webhooks/send.ts';
import type { RequestLog } from '../http/request-log.ts';
import { measureDatabase } from './database.ts';
import { measureFeed } from './feed.ts';
import { measureImports } from './imports.ts';
import { measureKeys } from './keys.ts';
import { MetricsListener } from './listener.ts';
import type { Into, Refresh } from './measure.ts';
import { ProblemMeasure } from './problems.ts';
import { measureProcess } from './process.ts';
import { RequestMeasure } from './requests.ts';
import { measureSearchIndex } from './search-index.ts';
import { measureThreads } from './threads.ts';
import { measureWebhooks } from './webhooks.ts';
import { measureWrites } from './writes.ts';

/** What is measured. */
export interface Measured {
  readonly server: Server;
  readonly store: Store;
  readonly requestLog: RequestLog;
  readonly waiting: Waiting;
  readonly sender: Sender;
  readonly imports: ImportJobs;
  readonly keyExpiry: KeyExpiry;
}

/** Begins to measure, and to answer Prometheus. */
export async function startMetrics(config: MetricsConfig, measured: Measured): Promise<MetricsListener> {
  const { server, store, requestLog, waiting, sender, imports, keyExpiry } = measured;
  const registry = new Registry();
  const into: Into = { registry, withClients: config.clients };
  const [requests, problems] = [new RequestMeasure(into), new ProblemMeasure(into)];
  requestLog.listen({ request: (line) => requests.observe(line), problem: (error) => problems.count(error) });
  const refreshes: readonly Refresh[] = [
    measureProcess(into, store, server),
    measureDatabase(into, store),
    measureWrites(into, store),
    measureThreads(into, store),
    measureFeed(into, waiting),
    measureWebhooks(into, store, sender),
    measureSearchIndex(into, store),
    measureImports(into, store, imports),
    measureKeys(into, store, keyExpiry),
  ];
  const scrape = async () => {
    // What the database does not answer is left out; that it does not answer is a metric itself.
    await Promise.allSettled(refreshes.map(async (refresh) => refresh()));
    return { contentType: registry.contentType, text: await registry.metrics() };
  };
  return MetricsListener.start(config, scrape);
}
