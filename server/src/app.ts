/** The service: every option of the server, and the list of its features. */

import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Background } from './background.ts';
import type { Config } from './config.ts';
import type { MetricsConfig } from './config-monitoring.ts';
import { connect } from './db/connect.ts';
import { migrate } from './db/migrate.ts';
import { Store } from './db/store.ts';
import { Feed } from './features/changes/feed.ts';
import { startPruning } from './features/changes/prune.ts';
import { changeRoutes } from './features/changes/routes.ts';
import { Waiting } from './features/changes/waiting.ts';
import { assignRoutes } from './features/client-types/assign-routes.ts';
import { Followers } from './features/client-types/follow.ts';
import { clientTypeRoutes } from './features/client-types/routes.ts';
import { listClients } from './features/clients/queries.ts';
import { consoleRoutes } from './features/console/routes.ts';
import { customerBatchRoutes } from './features/customers/batch-routes.ts';
import { customerRoutes } from './features/customers/routes.ts';
import { docsRoutes } from './features/docs/routes.ts';
import { exportRoutes } from './features/exports/routes.ts';
import { healthRoutes } from './features/health/routes.ts';
import { ImportJobs } from './features/imports/jobs.ts';
import { importRoutes } from './features/imports/routes.ts';
import { Spool } from './features/imports/spool.ts';
import { findKey } from './features/keys/find.ts';
import { searchRoutes } from './features/search/routes.ts';
import { searcher } from './features/search/searcher.ts';
import { Indexer } from './features/search-index/indexer.ts';
import { indexLog } from './features/search-index/log.ts';
import { sessionRoutes } from './features/sessions/routes.ts';
import { findSession, noteUse } from './features/sessions/sessions.ts';
import { Deliveries } from './features/webhooks/deliveries.ts';
import { webhookRoutes } from './features/webhooks/routes.ts';
import { Sender } from './features/webhooks/send.ts';
import { Authenticator } from './http/auth.ts';
import type { Credentials } from './http/caller.ts';
import { bodyParsers } from './http/content.ts';
import { DirectLane } from './http/direct.ts';
import { endpointServer } from './http/endpoint.ts';
import { observe } from './http/observe.ts';
import { RequestLog } from './http/request-log.ts';
import { makeServer } from './http/server.ts';
import { openLog } from './log.ts';
import type { MetricsListener } from './metrics/listener.ts';
import type { Measured } from './metrics/metrics.ts';

/** How long requests in flight may take to finish when the service stops. */
const STOP_TIMEOUT_MS = 10_000;
const SWEEP_MS = 50;

/** The service, ready to listen. */
export interface App {
  readonly server: FastifyInstance;
  readonly store: Store;
  readonly log: Logger;
  /** Where Prometheus finds its numbers, when there are any. */
  readonly metricsUrl: string | undefined;
  /** Takes no new connection, lets requests in flight finish, closes the database. */
  close(): Promise<void>;
}

/** Opens the database, brings it to the present schema, and builds the service on it. */
export async function buildApp(config: Config): Promise<App> {
  const log = await openLog(config.logLevel);
  // What was opened is closed when what comes behind it fails: a timer or a connection would keep the process alive.
  await using opened = new AsyncDisposableStack();
  const engine = opened.adopt(await connect(config.database), (it) => it.close());
  await migrate(engine);
  const files = engine.exposedFiles();
  if (files.length > 0) log.warn({ files }, 'other users of this machine can read the database: chmod 600 these files');
  const store = new Store(engine);
  const requestLog = new RequestLog(log);
  const authenticator = new Authenticator(credentialsIn(store), config.limits.rate);
  const direct = new DirectLane(authenticator, requestLog, config.corsOrigins.length > 0);
  const server = makeServer(direct, requestLog, config.trustedProxies);
  await observe(server, requestLog, config.corsOrigins);
  bodyParsers(server);
  const serve = endpointServer(server, store, authenticator, direct, config.publicUrl, requestLog);
  sessionRoutes(serve);
  customerRoutes(serve);
  customerBatchRoutes(serve);
  const indexer = new Indexer(store, indexLog(log));
  const search = searcher(store, (clientId, ms) => indexer.catchUp(clientId, ms));
  assignRoutes(serve, searchRoutes(serve, search));
  const background = new Background((err, isTriedAgain) =>
    log.error(
      { err },
      `work beside the requests failed; it ${isTriedAgain ? 'is tried again' : 'goes on at the next start'}`,
    ),
  );
  const followers = new Followers(store, background);
  clientTypeRoutes(serve, followers);
  exportRoutes(serve, search);
  const feed = opened.adopt(new Feed(store), (it) => it.stop());
  const waiting = new Waiting(config.limits);
  changeRoutes(serve, feed, waiting);
  const sender = new Sender(config.webhooks);
  const deliveries = new Deliveries(store, feed, sender, (err) =>
    log.error({ err }, 'webhooks could not be delivered'),
  );
  webhookRoutes(serve, config.webhooks, sender, deliveries);
  const spool = new Spool(config.imports.folder, config.imports.maxBytes);
  const imports = new ImportJobs(store, spool, (err) => log.error({ err }, 'an import failed, or was held up'));
  importRoutes(serve, spool, imports);
  healthRoutes(server, store, log);
  docsRoutes(server);
  consoleRoutes(server, config.consoleFolder);
  server.addHook('onListen', async () => {
    background.run(() => goOn(store, followers));
    indexer.start(background);
    startPruning(store, background, config.historyDays);
    deliveries.start(background);
    imports.start(background);
  });
  const measured = { server: server.server, store, requestLog, waiting, sender, imports };
  const metrics = opened.adopt(await openMetrics(config.metrics, measured), (it) => it?.close());
  opened.move();
  const stop = async () => {
    await close(server, store, background, feed, deliveries, imports);
    await metrics?.close();
  };
  return { server, store, log, metricsUrl: metrics?.url, close: stop };
}

/** Loaded only where it is wanted. */
async function openMetrics(
  config: MetricsConfig | undefined,
  measured: Measured,
): Promise<MetricsListener | undefined> {
  if (config === undefined) return undefined;
  const { startMetrics } = await import('./metrics/metrics.ts');
  return startMetrics(config, measured);
}

const credentialsIn = (store: Store): Credentials => ({
  findKey: (text) => findKey(store, text),
  findSession: (token) => findSession(store, token),
  noteUse: (session) => noteUse(store, session),
});

/** Begins what an earlier start left unfinished, one client after another. */
async function goOn(store: Store, followers: Followers): Promise<boolean> {
  for (const client of await store.readInstallation((tx) => tx.all(listClients, {}))) {
    await followers.follow(client.clientId);
  }
  return false;
}

async function close(
  server: FastifyInstance,
  store: Store,
  background: Background,
  feed: Feed,
  deliveries: Deliveries,
  imports: ImportJobs,
): Promise<void> {
  feed.stop();
  const deadline = setTimeout(() => server.server.closeAllConnections(), STOP_TIMEOUT_MS);
  // Connections that were busy when the stop began are closed as soon as they no longer are.
  const sweep = setInterval(() => server.server.closeIdleConnections(), SWEEP_MS);
  await server.close();
  clearTimeout(deadline);
  clearInterval(sweep);
  await background.stop();
  await imports.stop();
  await deliveries.stop();
  await store.close();
}
