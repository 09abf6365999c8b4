/** Fastify's lane: serves the operations of the contract. Authenticate, charge, authorize, run, send. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault, RouteOptions } from 'fastify';
import { type Endpoint, isAboveScope } from '../../../sdk/src/contract/endpoint.ts';
import type { Store } from '../db/store.ts';
import { type Authenticator, authorize } from './auth.ts';
import type { Caller, Visitor } from './caller.ts';
import type { DirectLane } from './direct.ts';
import { charge } from './limits/charge.ts';
import { type Answer, type Handler, makeOperation, type Rules } from './operation.ts';
import { toProblem } from './problem-answer.ts';
import type { RequestLog } from './request-log.ts';
import { beginReceiving, uploadOf, uploadRouteOf } from './upload.ts';
import type { Body } from './wire/body.ts';
import type { Visit } from './wire/browser.ts';
import { unknownPath } from './wire/methods.ts';

declare module 'fastify' {
  interface FastifyRequest {
    key: Caller | Visitor | null;
  }
}

type Route = RouteOptions<RawServerDefault, IncomingMessage, ServerResponse, { Params: Record<string, string> }>;

const routeOf = (app: FastifyInstance) => (route: Route) => void app.route(route);

export type Serve = <E extends Endpoint>(endpoint: E, handler: Handler<E>, ...rules: Rules<E>) => void;

/** Returns the function by which features serve their endpoints on an app. */
export function endpointServer(
  app: FastifyInstance,
  store: Store,
  authenticator: Authenticator,
  direct: DirectLane,
  publicUrl: string | undefined,
  log: RequestLog,
): Serve {
  const ownOrigin = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
  /** What the guard needs to know about a request. */
  const visitOf = ({ method, headers, ip, protocol }: FastifyRequest): Visit => {
    const isSecure = protocol === 'https' || ownOrigin?.startsWith('https:') === true;
    return { method, headers, address: ip, isSecure, ownOrigin };
  };
  return (endpoint, handler, ...rules) => {
    const operation = makeOperation(endpoint, store, handler, ...rules);
    direct.add(operation);
    const letIn = async (
      request: FastifyRequest<{ Params: Record<string, string> }>,
      reply: FastifyReply,
    ): Promise<Caller | Visitor> => {
      const { scope, weight = 1 } = endpoint;
      if (isAboveScope(scope)) return authenticator.receive(visitOf(request), scope);
      const client = request.params.client ?? '';
      const caller = await authenticator.identify(visitOf(request), client);
      // Set before a refusal too, for the log: an operator should see whose key asks for too much.
      request.key = caller;
      await charge(caller, weight);
      if (caller.meter !== undefined) reply.headers(caller.meter.headers());
      authorize(caller, client, scope);
      return caller;
    };
    const hasParam = endpoint.params !== undefined;
    const add = endpoint.upload === undefined ? routeOf(app) : uploadRouteOf(app);
    add({
      method: endpoint.method,
      url: operation.route,
      onRequest: async (request, reply) => {
        if (hasParam) refuseOtherMethod(request);
        request.key = await letIn(request, reply);
        if (endpoint.upload !== undefined) beginReceiving(request);
      },
      handler: async (request, reply) => {
        const { key, params, body, headers } = request;
        const { 'last-event-id': lastEventId, 'idempotency-key': idempotencyKey } = headers;
        if (key === null) throw new Error('The request has no key');
        const query = request.url.split('?').slice(1).join('?');
        const answer = await operation.run({
          key,
          params,
          ...(endpoint.upload === undefined ? { body: body as Body } : { body: undefined, upload: uploadOf(request) }),
          query,
          accept: headers.accept,
          acceptEncoding: headers['accept-encoding'],
          ifMatch: headers['if-match'],
          ifNoneMatch: headers['if-none-match'],
          idempotencyKey: idempotencyKey === undefined ? undefined : String(idempotencyKey),
          lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
          hangUp: () => hangUpOf(reply.raw),
          recheck: async () => {
            const { scope } = endpoint;
            if (!isAboveScope(scope)) await authenticator.readmit(visitOf(request), params.client ?? '', scope);
          },
        });
        return reply
          .code(answer.status)
          .headers({ ...('meter' in key ? key.meter?.headers() : undefined), ...answer.headers })
          .send(payloadOf(answer, request, log));
      },
    });
  };
}

/** A fixed path that lacks a method looks like the path of a record that has it: `GET /customer/findByEmail`. */
function refuseOtherMethod({ method, url }: FastifyRequest): void {
  const refusal = unknownPath(method, url);
  if (refusal.code === 'method-not-allowed') throw refusal;
}

/**
 * What is sent of an answer. If it breaks off, only the broken connection tells the caller, and the log tells the
 * operator.
 */
function payloadOf({ body }: Answer, request: FastifyRequest, log: RequestLog): Buffer | Readable | undefined {
  // For an empty text Fastify would send a length, even where there can be no body. As bytes: to a text it would add a
  // charset.
  if (typeof body === 'string') return body === '' ? undefined : Buffer.from(body);
  if (request.method === 'HEAD') {
    body.destroy();
    return Readable.from([]);
  }
  body.once('error', (error) => {
    request.isBroken = true;
    log.fault(request.id, toProblem(error).code, error);
  });
  return body;
}

function hangUpOf(response: ServerResponse): AbortSignal {
  const hangUp = new AbortController();
  response.once('close', () => hangUp.abort());
  return hangUp.signal;
}
