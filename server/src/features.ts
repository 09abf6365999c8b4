/** The list of the features: the endpoints that each serves, and what it does beside the requests. */
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Background } from './background.ts';
import type { Config } from './config.ts';
import type { Store } from './db/store.ts';
import { Feed } from './features/changes/feed.ts';
import { startPruning } from './features/changes/prune.ts';
import { changeRoutes } from './features/changes/routes.ts';
import { Waiting } from './features/changes/waiting.ts';
import { assignRoutes } from './features/client-types/assign-routes.ts';
import { CarryOver } from './features/client-types/carry-over.ts';
import { clientTypeRoutes } from './features/client-types/routes.ts';
import { consoleRoutes } from './features/console/routes.ts';
import { customerBatchRoutes } from './features/customers/batch-routes.ts';
import { customerRoutes } from './features/customers/routes.ts';
import { docsRoutes } from './features/docs/routes.ts';
import { exportRoutes } from './features/exports/routes.ts';
import { healthRoutes } from './features/health/routes.ts';
import { ImportJobs } from './features/imports/jobs.ts';
import { importRoutes } from './features/imports/routes.ts';
import { Spool } from './features/imports/spool.ts';
import { KeyExpiry } from './features/keys/expiry.ts';
import { prepareSearch } from './features/search/prepare.ts';
import { searchRoutes } from './features/search/routes.ts';
import { searcher } from './features/search/searcher.ts';
import { Indexer } from './features/search-index/indexer.ts';
import { indexLog } from './features/search-index/log.ts';
import { sessionRoutes } from './features/sessions/routes.ts';
import { Deliveries } from './features/webhooks/deliveries.ts';
import { webhookRoutes } from './features/webhooks/routes.ts';
import { Sender } from './features/webhooks/send.ts';
import type { Serve } from './http/endpoint.ts';

/** The features at work. */
export interface Features {
  /** What the metrics count. */
  readonly measured: {
    readonly waiting: Waiting;
    readonly sender: Sender;
    readonly imports: ImportJobs;
    readonly keyExpiry: KeyExpiry;
  };
  /** Begins the work beside the requests. */
  start(): void;
  /** From here on the service says that it is not ready: it is about to stop. */
  leave(): void;
  /** Releases those who wait for changes, so that their requests end. */
  release(): void;
  /** Ends the work beside the requests, once the requests are over. */
  stop(): Promise<void>;
}

/** Adds all features to a server; `serve` takes the endpoints of the contract. */
export function addFeatures(
  server: FastifyInstance,
  serve: Serve,
  store: Store,
  config: Config,
  log: Logger,
): Features {
  const background = new Background((err, isTriedAgain) =>
    log.error(
      { err },
      `work beside the requests failed; it ${isTriedAgain ? 'is tried again' : 'goes on at the next start'}`,
    ),
  );
  sessionRoutes(serve);

  customerRoutes(serve);
  customerBatchRoutes(serve);

  const indexer = new Indexer(store, indexLog(log));
  const search = searcher(store, indexer);
  const listCustomers = searchRoutes(serve, search);
  exportRoutes(serve, search);

  const carryOver = new CarryOver(store, background);
  clientTypeRoutes(serve, carryOver);
  assignRoutes(serve, listCustomers);

  const feed = new Feed(store);
  const waiting = new Waiting(config.limits);
  changeRoutes(serve, feed, waiting);

  const sender = new Sender(config.webhooks);
  const deliveries = new Deliveries(store, feed, sender, (err) =>
    log.error({ err }, 'webhooks could not be delivered'),
  );
  webhookRoutes(serve, config.webhooks, sender, deliveries);

  const spool = new Spool(config.imports.folder, config.imports.maxBytes);
  // Told at the start, and not to the first who sends a file.
  spool.make();
  const imports = new ImportJobs(store, spool, (err) => log.error({ err }, 'an import failed, or was held up'));
  importRoutes(serve, spool, imports);

  const keyExpiry = new KeyExpiry(store, log);

  let isLeaving = false;
  healthRoutes(server, store, log, () => isLeaving);
  docsRoutes(server);
  consoleRoutes(server, config.consoleFolder);

  return {
    measured: { waiting, sender, imports, keyExpiry },
    start() {
      carryOver.start();
      indexer.start(background);
      startPruning(store, background, config.historyDays);
      deliveries.start(background);
      imports.start(background);
      keyExpiry.start(background);
      prepareSearch(store, background.stopping);
    },
    leave() {
      isLeaving = true;
    },
    release: () => feed.stop(),
    async stop() {
      feed.stop();
      await background.stop();
      await imports.stop();
      await deliveries.stop();
    },
  };
}
