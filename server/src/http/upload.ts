/** Requests whose body is a file: it is not read before the handler asks for it, and may take its time. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest, RawServerDefault, RouteOptions } from 'fastify';
import type { Upload } from './operation.ts';

/** The connections on which a file is coming in. */
const receiving = new WeakSet<Duplex>();

export const isReceiving = (socket: Duplex): boolean => receiving.has(socket);

/** From here on the connection is exempt from the time limit of other requests. */
export function beginReceiving({ raw }: FastifyRequest<{ Params: Record<string, string> }>): void {
  receiving.add(raw.socket);
  raw.once('close', () => receiving.delete(raw.socket));
}

type Route = RouteOptions<RawServerDefault, IncomingMessage, ServerResponse, { Params: Record<string, string> }>;

/** Adds a route that takes every content type, and leaves the body unread. */
export const uploadRouteOf = (app: FastifyInstance) => (route: Route) =>
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    // The code that receives a file limits its size.
    scope.route({ ...route, bodyLimit: Number.MAX_SAFE_INTEGER });
  });

export function uploadOf({ body, headers }: FastifyRequest): Upload | undefined {
  return body === undefined || body === null ? undefined : { stream: body as Readable, headers };
}
