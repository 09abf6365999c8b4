/** The service: its parts, from the database to what listens; the list of its features stands in features.ts. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { MetricsConfig, TracesConfig } from './config-monitoring.ts';
import { connect } from './db/connect.ts';
import { migrate } from './db/migrate.ts';
import { Store } from './db/store.ts';
import { findKey } from './features/keys/find.ts';
import { KeyUse } from './features/keys/use.ts';
import { noticePutBack } from './features/restore/put-back.ts';
import { findSession, noteUse } from './features/sessions/sessions.ts';
import { addFeatures, type Features } from './features.ts';
import { Authenticator } from './http/auth.ts';
import type { Credentials } from './http/caller.ts';
import { bodyParsers } from './http/content.ts';
import { DirectLane } from './http/direct.ts';
import { endpointServer } from './http/endpoint.ts';
import { observe } from './http/observe.ts';
import { RequestLog } from './http/request-log.ts';
import { makeServer } from './http/server.ts';
import { openLog } from './log-output.ts';
import type { MetricsListener } from './metrics/listener.ts';
import type { Measured } from './metrics/metrics.ts';
import type { Traces } from './traces/traces.ts';

/** How long requests in flight may take to finish when the service stops. */
const STOP_TIMEOUT_MS = 10_000;
const SWEEP_MS = 50;

/** The service, ready to listen. */
export interface App {
  readonly server: FastifyInstance;
  readonly store: Store;
  readonly log: Logger;
  /** Where Prometheus finds the metrics, if there are any. */
  readonly metricsUrl: string | undefined;
  /**
   * Says that it is no longer ready, and after the delay of the settings takes no new connection, lets requests in
   * flight finish, closes the database.
   */
  close(): Promise<void>;
}

/** Opens the database, brings it to the current schema, and builds the service on it. */
export async function buildApp(config: Config): Promise<App> {
  const log = await openLog(config.logLevel);
  // If a later step fails, what was opened is closed: a timer or a connection would keep the process alive.
  await using opened = new AsyncDisposableStack();
  const engine = opened.adopt(await connect(config.database), (it) => it.close());
  await migrate(engine);
  const files = engine.exposedFiles();
  if (files.length > 0) log.warn({ files }, 'other users of this machine can read the database: chmod 600 these files');
  const traces = opened.adopt(await openTraces(config.traces, log), (it) => it?.close());
  const store = traces?.storeOn(engine) ?? new Store(engine);
  await noticePutBack(store, log);
  const requestLog = new RequestLog(log);
  const authenticator = new Authenticator(credentialsIn(store), config.limits.rate);
  const direct = new DirectLane(authenticator, requestLog, config.corsOrigins.length > 0);
  const server = makeServer(direct, requestLog, config.trustedProxies);
  await observe(server, requestLog, config.corsOrigins);
  bodyParsers(server);
  const serve = endpointServer(server, store, authenticator, direct, config.publicUrl, requestLog);
  const features = opened.adopt(addFeatures(server, serve, store, config, log), (it) => it.stop());
  server.addHook('onListen', async () => features.start());
  const measured = { server: server.server, store, requestLog, ...features.measured };
  traces?.follow(measured);
  const metrics = opened.adopt(await openMetrics(config.metrics, measured), (it) => it?.close());
  opened.move();
  const stop = async () => {
    features.leave();
    if (config.stopDelaySeconds > 0) await sleep(config.stopDelaySeconds * 1000);
    await close(server, features, store);
    await metrics?.close();
    await traces?.close();
  };
  return { server, store, log, metricsUrl: metrics?.url, close: stop };
}

/** Loaded only if it is wanted. */
async function openMetrics(
  config: MetricsConfig | undefined,
  measured: Measured,
): Promise<MetricsListener | undefined> {
  if (config === undefined) return undefined;
  const { startMetrics } = await import('./metrics/metrics.ts');
  return startMetrics(config, measured);
}

async function openTraces(config: TracesConfig | undefined, log: Logger): Promise<Traces | undefined> {
  if (config === undefined) return undefined;
  const { Traces } = await import('./traces/traces.ts');
  return new Traces(config, log);
}

function credentialsIn(store: Store): Credentials {
  const keyUse = new KeyUse(store);
  return {
    findKey: (text) => findKey(store, text),
    noteKeyUse: (key) => keyUse.note(key),
    findSession: (token) => findSession(store, token),
    noteUse: (session) => noteUse(store, session),
  };
}

async function close(server: FastifyInstance, features: Features, store: Store): Promise<void> {
  features.release();
  const deadline = setTimeout(() => server.server.closeAllConnections(), STOP_TIMEOUT_MS);
  // Connections that were busy when the stop began are closed as soon as they no longer are.
  const sweep = setInterval(() => server.server.closeIdleConnections(), SWEEP_MS);
  await server.close();
  clearTimeout(deadline);
  clearInterval(sweep);
  await features.stop();
  await store.close();
}
