/**
 * What every request has in common, whatever it asks for: its id, its line in the log, its problem if it is refused.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problems } from '../../../sdk/src/contract/problems.ts';
import type { Caller } from './caller.ts';
import { allowOrigins } from './cors.ts';
import { sendProblem, toProblem } from './problem-answer.ts';
import { CLIENT_CLOSED, type RequestLine, type RequestLog } from './request-log.ts';
import { refusalOfHead } from './wire/head.ts';
import { everyAnswer } from './wire/headers.ts';
import { unknownPath } from './wire/methods.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Did the answer break off through a fault of ours, after it had begun? */
    isBroken: boolean;
  }
}

/** One line for each request: what, how it ended, how long it took, for whom; nothing of what was sent. */
export async function observe(server: FastifyInstance, log: RequestLog, corsOrigins: readonly string[]): Promise<void> {
  server.decorateRequest('key', null);
  server.decorateRequest('isBroken', false);
  // Both are set before the first route, which would otherwise get Fastify's own. This one answers when a route finds
  // nothing, as that of files may; an unknown path was refused before.
  server.setNotFoundHandler((request) => {
    throw unknownPath(request.method, request.url);
  });
  server.setErrorHandler((error, request, reply) => {
    // The caller left while it was still sending: nothing went wrong here.
    if (request.raw.destroyed && !request.raw.complete) return reply.hijack();
    const problem = toProblem(error);
    log.fault(request.id, problem.code, error);
    return sendProblem(request, reply, problem);
  });
  server.addHook('onRequest', (request, reply, done) => {
    // Fastify measures only what it logs itself.
    const began = performance.now();
    reply.headers({ 'x-request-id': request.id, ...everyAnswer });
    reply.raw.once('close', () => {
      if (log.isRefused(request.raw.socket)) return;
      log.request(lineOf(request, statusOf(request, reply), performance.now() - began), request.raw);
    });
    done();
  });
  if (corsOrigins.length > 0) await allowOrigins(server, corsOrigins);
  server.addHook('onRequest', (request, _reply, done) => {
    // With pages of other origins every path has a route for OPTIONS; what those may ask by it was answered before.
    const isUnknown = request.is404 || request.method === 'OPTIONS';
    done(refusalOfHead(request.raw) ?? (isUnknown ? unknownPath(request.method, request.url) : undefined));
  });
}

function statusOf({ isBroken }: FastifyRequest, { raw, statusCode }: FastifyReply): number {
  if (isBroken) return problems.internal.status;
  return raw.writableFinished ? statusCode : CLIENT_CLOSED;
}

/** The caller of an endpoint of a client; `undefined` if the request did not get that far. */
const callerOf = (key: FastifyRequest['key'] | undefined): Caller | null => (key && 'clientName' in key ? key : null);

export function lineOf(request: FastifyRequest, status: number, ms: number | undefined): RequestLine {
  return {
    id: request.id,
    method: request.method,
    route: request.routeOptions.url,
    status,
    ms,
    key: callerOf(request.key),
  };
}
