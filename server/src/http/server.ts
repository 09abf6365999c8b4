/** The server that listens: its limits on a connection, and how it refuses what is not a request. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { type ProblemCode, problems } from '../../../sdk/src/contract/problems.ts';
import type { TrustedProxies } from '../config-network.ts';
import { type DirectLane, requestId } from './direct.ts';
import { createServer } from './node-http.ts';
import { lineOf } from './observe.ts';
import { rawProblem, sendProblem, toProblem } from './problem-answer.ts';
import type { RequestLog } from './request-log.ts';
import { MAX_BODY_BYTES, MAX_HEADER_BYTES } from './sizes.ts';
import { isReceiving } from './upload.ts';

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MS = 120_000;
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** How long a caller that is disconnected may take to read why. */
const LINGER_MS = 2000;
/** How long a proxy may still use an idle connection once the service stops. */
const LAST_USE_MS = 3000;

/**
 * As it stops, a server closes the connections that are idle, and says of the others that their next answer is the
 * last. A proxy may be sending a request on one that is idle just then: it would be lost, since a proxy cannot send a
 * write again. So connections of a proxy are told first, and closed when they have not been used for a while.
 */
function keepIdleForLastUse(server: Server): void {
  const closeIdle = server.closeIdleConnections.bind(server);
  let until: number | undefined;
  // Called as the stop begins, and again and again until no connection is left.
  server.closeIdleConnections = () => {
    until ??= performance.now() + LAST_USE_MS;
    if (performance.now() >= until) closeIdle();
  };
}

/** The direct lane first, Fastify for all else. */
function listener(direct: DirectLane, fastify: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    connectionsCheckingInterval: 2000,
    maxHeaderSize: MAX_HEADER_BYTES,
    // Node would refuse it with an empty answer; we answer with a problem.
    requireHostHeader: false,
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.setTimeout(IDLE_TIMEOUT_MS);
  server.on('request', (request, response) => {
    // Once the service is stopping, Fastify answers: it closes the connection after the answer.
    if (!server.listening || !direct.take(request, response)) fastify(request, response);
  });
  server.on('checkExpectation', fastify);
  // Left to Node, "100 Continue" would go out before the key was checked.
  server.on('checkContinue', fastify);
  return server;
}

/** What is wrong with bytes that are not a request, by the code of Node's error. */
const brokenRequests: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** No route has a schema of Fastify's: the contract checks what comes in, and features write their own answers. */
function noCompiler(): never {
  throw new Error('A route has a schema');
}

export function makeServer(direct: DirectLane, log: RequestLog, trusted: TrustedProxies): FastifyInstance {
  return Fastify({
    logger: false,
    // Otherwise it would load Ajv and fast-json-stringify.
    schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
    trustProxy: trustOf(trusted),
    bodyLimit: MAX_BODY_BYTES,
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: MAX_HEADER_BYTES, ignoreTrailingSlash: true },
    forceCloseConnections: 'idle',
    // A request that arrives on an open connection while the service stops is answered, and the connection then closed.
    return503OnClosing: false,
    serverFactory: (fastify) => {
      const server = listener(direct, fastify);
      if (trusted !== false) keepIdleForLastUse(server);
      return server;
    },
    genReqId: requestId,
    clientErrorHandler(error, socket) {
      // A large file may take as long as it takes; if it stalls, the connection is closed as idle.
      if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && isReceiving(socket)) return;
      if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) return socket.destroy();
      const code = brokenRequests[error.code] ?? 'bad-request';
      const id = randomUUID();
      log.refused(socket, { id, status: problems[code].status });
      socket.end(rawProblem(code, id));
      // The caller may never close its side, and what it sent would be kept in memory until then.
      setTimeout(() => socket.destroy(), LINGER_MS).unref();
    },
    // The path cannot be decoded: it names nothing.
    frameworkErrors: (error, request, reply) => {
      const problem = toProblem(error);
      log.request(lineOf(request, problems[problem.code].status, undefined), request.raw);
      return sendProblem(request, reply, problem);
    },
  });
}

/** Is an answer on its way already? Node's own handling of broken requests checks the same. */
const isAnswering = (socket: Socket & { _httpMessage?: ServerResponse | null }): boolean =>
  socket._httpMessage?.headersSent === true;

/** Fastify takes the nearest untrusted address as the caller's; a number counts the proxies before it. */
const trustOf = (trusted: TrustedProxies) =>
  typeof trusted === 'number' ? (_address: string, hop: number) => hop < trusted : trusted && [...trusted];
