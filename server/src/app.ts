/** The service: every option of the server, and the list of its features. */

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { problems } from '../../sdk/src/contract/problems.ts';
import { Authenticator, type Caller } from './auth.ts';
import { Background } from './background.ts';
import type { Config } from './config.ts';
import { connect } from './db/connect.ts';
import { migrate } from './db/migrate.ts';
import { Store } from './db/store.ts';
import { DirectLane, requestId } from './direct.ts';
import { endpointServer } from './endpoint.ts';
import { Feed } from './features/changes/feed.ts';
import { startPruning } from './features/changes/prune.ts';
import { changeRoutes } from './features/changes/routes.ts';
import { Followers } from './features/client-types/follow.ts';
import { clientTypeRoutes } from './features/client-types/routes.ts';
import { listClients } from './features/clients/queries.ts';
import { consoleRoutes } from './features/console/routes.ts';
import { customerRoutes } from './features/customers/routes.ts';
import { docsRoutes } from './features/docs/routes.ts';
import { exportRoutes } from './features/exports/routes.ts';
import { healthRoutes } from './features/health/routes.ts';
import { searchRoutes } from './features/search/routes.ts';
import { fillIndex } from './features/search-index/fill.ts';
import { sessionRoutes } from './features/sessions/routes.ts';
import { Deliveries } from './features/webhooks/deliveries.ts';
import { webhookRoutes } from './features/webhooks/routes.ts';
import { Sender } from './features/webhooks/send.ts';
import { CLIENT_CLOSED, fillLog, openLog, type RequestLine, RequestLog } from './log.ts';
import { rawProblem, sendProblem, toProblem } from './problem.ts';
import { bodyParsers } from './wire/content.ts';
import { refusalOfHead } from './wire/head.ts';
import { unknownPath } from './wire/methods.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MS = 120_000;
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** How long requests in flight may take to finish when the service stops. */
const STOP_TIMEOUT_MS = 10_000;
const SWEEP_MS = 50;
/** How long a caller that was cut off may take to read why. */
const LINGER_MS = 2000;

/** The service, ready to listen. */
export interface App {
  readonly server: FastifyInstance;
  readonly store: Store;
  readonly log: Logger;
  /** Takes no new connection, lets requests in flight finish, closes the database. */
  close(): Promise<void>;
}

/** Opens the database, brings it to the present schema, and builds the service on it. */
export async function buildApp(config: Config): Promise<App> {
  const log = await openLog(config.logLevel);
  const engine = await connect(config.database);
  await migrate(engine);
  const store = new Store(engine);
  const requestLog = new RequestLog(log);
  const authenticator = new Authenticator(store);
  const direct = new DirectLane(authenticator, requestLog);
  const server = buildServer(direct, requestLog);
  observe(server, requestLog);
  refuseUnknown(server);
  bodyParsers(server);
  const serve = endpointServer(server, store, authenticator, direct, config.publicUrl);
  sessionRoutes(serve);
  customerRoutes(serve);
  searchRoutes(serve);
  const background = new Background((err, isTriedAgain) =>
    log.error(
      { err },
      `work beside the requests failed; it ${isTriedAgain ? 'is tried again' : 'goes on at the next start'}`,
    ),
  );
  const followers = new Followers(store, background);
  clientTypeRoutes(serve, followers);
  exportRoutes(serve);
  const feed = new Feed(store);
  changeRoutes(serve, feed);
  const sender = new Sender(config.webhooks);
  const deliveries = new Deliveries(store, feed, sender, (err) =>
    log.error({ err }, 'webhooks could not be delivered'),
  );
  webhookRoutes(serve, config.webhooks, sender, deliveries);
  healthRoutes(server, store, log);
  docsRoutes(server);
  consoleRoutes(server, config.consoleFolder);
  server.addHook('onListen', async () => {
    background.run(() => goOn(store, background, followers, log));
    startPruning(store, background, config.historyDays);
    deliveries.start(background);
  });
  return { server, store, log, close: () => close(server, store, background, feed, deliveries) };
}

/** Begins what an earlier start left unfinished, one client after another. */
async function goOn(store: Store, background: Background, followers: Followers, log: Logger): Promise<boolean> {
  for (const client of await store.readInstallation((tx) => tx.all(listClients, {}))) {
    await followers.follow(client.clientId);
    await fillIndex(store, background, client, fillLog(log));
  }
  return false;
}

/** The listening server: the direct lane first, Fastify for all that it leaves. */
function httpServer(direct: DirectLane, fastify: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    connectionsCheckingInterval: 2000,
    maxHeaderSize: MAX_HEADER_BYTES,
    // Node would refuse it with an empty answer; ours is a problem.
    requireHostHeader: false,
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.setTimeout(IDLE_TIMEOUT_MS);
  server.on('request', (request, response) => {
    // Once the service stops, Fastify answers: it closes the connection behind the answer.
    if (!server.listening || !direct.take(request, response)) fastify(request, response);
  });
  server.on('checkExpectation', fastify);
  return server;
}

function buildServer(direct: DirectLane, log: RequestLog): FastifyInstance {
  return Fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MAX_HEADER_BYTES },
    forceCloseConnections: 'idle',
    // What arrives on an open connection while the service stops is answered, and the connection then closed.
    return503OnClosing: false,
    serverFactory: (fastify) => httpServer(direct, fastify),
    genReqId: requestId,
    clientErrorHandler(error, socket) {
      if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) return socket.destroy();
      const code =
        error.code === 'HPE_HEADER_OVERFLOW'
          ? 'headers-too-large'
          : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
            ? 'request-timeout'
            : 'bad-request';
      const id = randomUUID();
      log.request({ id, method: undefined, route: undefined, status: problems[code].status, ms: undefined, key: null });
      socket.end(rawProblem(code, id));
      // The caller may never close its side, and what it sent would be kept for as long.
      setTimeout(() => socket.destroy(), LINGER_MS).unref();
    },
    // The path cannot be read: it names nothing.
    frameworkErrors: (error, request, reply) => {
      const problem = toProblem(error);
      log.request(lineOf(request, problems[problem.code].status, undefined));
      return sendProblem(request, reply, problem);
    },
  });
}

/** Is an answer on its way already? Node's own handling of broken requests looks at the same. */
const isAnswering = (socket: Socket & { _httpMessage?: ServerResponse | null }): boolean =>
  socket._httpMessage?.headersSent === true;

/** One line a request: what, how it ended, how long it took, for whom; nothing of what was sent. */
function observe(server: FastifyInstance, log: RequestLog): void {
  server.decorateRequest('key', null);
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done(refusalOfHead(request.raw));
  });
  server.addHook('onResponse', (request, reply, done) => {
    log.request(lineOf(request, reply.statusCode, reply.elapsedTime));
    done();
  });
  server.addHook('onRequestAbort', (request, done) => {
    log.request(lineOf(request, CLIENT_CLOSED, undefined));
    done();
  });
  server.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error);
    log.fault(request.id, problem.code, error);
    return sendProblem(request, reply, problem);
  });
}

/** Who calls an endpoint of a client; nobody when the request did not come so far. */
const callerOf = (key: FastifyRequest['key'] | undefined): Caller | null => (key && 'clientName' in key ? key : null);

function lineOf(request: FastifyRequest, status: number, ms: number | undefined): RequestLine {
  return {
    id: request.id,
    method: request.method,
    route: request.routeOptions.url,
    status,
    ms,
    key: callerOf(request.key),
  };
}

function refuseUnknown(server: FastifyInstance): void {
  server.setNotFoundHandler((request) => {
    throw unknownPath(request.method, request.url);
  });
}

async function close(
  server: FastifyInstance,
  store: Store,
  background: Background,
  feed: Feed,
  deliveries: Deliveries,
): Promise<void> {
  feed.stop();
  const deadline = setTimeout(() => server.server.closeAllConnections(), STOP_TIMEOUT_MS);
  // Connections that were busy when the stop began are closed as soon as they no longer are.
  const sweep = setInterval(() => server.server.closeIdleConnections(), SWEEP_MS);
  await server.close();
  clearTimeout(deadline);
  clearInterval(sweep);
  await background.stop();
  await deliveries.stop();
  await store.close();
}
