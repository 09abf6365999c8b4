/** The service: every option of the server, and the list of its features. */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Authenticator } from './auth.ts';
import type { Config } from './config.ts';
import { connect } from './db/connect.ts';
import { migrate } from './db/migrate.ts';
import { Store } from './db/store.ts';
import { endpointServer } from './endpoint.ts';
import { clientTypeRoutes } from './features/client-types/routes.ts';
import { customerRoutes } from './features/customers/routes.ts';
import { docsRoutes } from './features/docs/routes.ts';
import { exportRoutes } from './features/exports/routes.ts';
import { healthRoutes } from './features/health/routes.ts';
import { openLog } from './log.ts';
import { ProblemError, rawProblem, sendProblem, toProblem } from './problem.ts';
import { bodyParsers } from './wire/content.ts';
import { unknownPath } from './wire/methods.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_HEADERS = 200;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MS = 120_000;
/** How long requests in flight may take to finish when the service stops. */
const STOP_TIMEOUT_MS = 10_000;

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

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
  const log = openLog(config.logLevel);
  const engine = connect(config.database);
  await migrate(engine);
  const store = new Store(engine);
  const server = buildServer();
  observe(server, log);
  refuseUnknown(server);
  bodyParsers(server);
  const serve = endpointServer(server, store, new Authenticator(store));
  customerRoutes(serve);
  clientTypeRoutes(serve);
  exportRoutes(serve);
  healthRoutes(server, store, log);
  docsRoutes(server);
  return { server, store, log, close: () => close(server, store) };
}

function buildServer(): FastifyInstance {
  return Fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 1000 },
    forceCloseConnections: 'idle',
    // What arrives on an open connection while the service stops is answered, and the connection then closed.
    return503OnClosing: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: IDLE_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: 2000 },
    genReqId: requestId,
    clientErrorHandler(error, socket) {
      if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
      const code =
        error.code === 'HPE_HEADER_OVERFLOW'
          ? 'headers-too-large'
          : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
            ? 'request-timeout'
            : 'bad-request';
      socket.end(rawProblem(code));
    },
    // The path cannot be read: it names nothing.
    frameworkErrors: (error, request, reply) => sendProblem(request, reply, toProblem(error)),
  });
}

/** The caller's own id of the request when it is well-formed; it goes into the log, so it may not be just any text. */
function requestId(request: IncomingMessage): string {
  const sent = request.headers['x-request-id'];
  return typeof sent === 'string' && REQUEST_ID.test(sent) ? sent : randomUUID();
}

/** One line a request: what, how it ended, how long it took, for whom; nothing of what was sent. */
function observe(server: FastifyInstance, log: Logger): void {
  server.decorateRequest('key', null);
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done(request.raw.rawHeaders.length > 2 * MAX_HEADERS ? new ProblemError('headers-too-large') : undefined);
  });
  server.addHook('onResponse', (request, reply, done) => {
    log.info(requestLine(request, reply.statusCode, reply.elapsedTime), 'request');
    done();
  });
  server.addHook('onRequestAbort', (request, done) => {
    log.info(requestLine(request, 499, undefined), 'request aborted');
    done();
  });
  server.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error);
    if (problem.code === 'internal' || problem.code === 'unavailable') {
      log.error({ request: request.id, err: error }, problem.code);
    }
    return sendProblem(request, reply, problem);
  });
}

function requestLine(request: FastifyRequest, status: number, ms: number | undefined): object {
  return {
    request: request.id,
    method: request.method,
    route: request.routeOptions.url,
    status,
    ms: ms === undefined ? undefined : Math.round(ms * 1000) / 1000,
    client: request.key?.clientName,
    key: request.key?.keyId,
  };
}

function refuseUnknown(server: FastifyInstance): void {
  server.setNotFoundHandler((request) => {
    throw unknownPath(request.method, request.url);
  });
}

async function close(server: FastifyInstance, store: Store): Promise<void> {
  const deadline = setTimeout(() => server.server.closeAllConnections(), STOP_TIMEOUT_MS);
  await server.close();
  clearTimeout(deadline);
  await store.close();
}
