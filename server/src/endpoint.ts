/** Serves the operations of the contract with Fastify: authenticate, authorize, run, send. */
import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Endpoint } from '../../sdk/src/contract/endpoint.ts';
import { type ApiKey, type Authenticator, authorize } from './auth.ts';
import type { Store } from './db/store.ts';
import type { DirectLane } from './direct.ts';
import { type Handler, makeOperation, type Rules } from './operation.ts';
import { ProblemError } from './problem.ts';
import type { Body } from './wire/body.ts';
import { unknownPath } from './wire/methods.ts';

declare module 'fastify' {
  interface FastifyRequest {
    key: ApiKey | null;
  }
}

export type Serve = <E extends Endpoint>(endpoint: E, handler: Handler<E>, ...rules: Rules<E>) => void;

/** Gives the function by which features serve their endpoints on an app. */
export function endpointServer(
  app: FastifyInstance,
  store: Store,
  authenticator: Authenticator,
  direct: DirectLane,
): Serve {
  return (endpoint, handler, ...rules) => {
    const operation = makeOperation(endpoint, store, handler, ...rules);
    direct.add(operation);
    app.route<{ Params: Record<string, string>; Body?: Body }>({
      method: endpoint.method,
      url: operation.route,
      onRequest: async (request) => {
        request.key = await authenticator.authenticate(request.headers.authorization);
        authorize(request.key, request.params.client ?? '', endpoint.scope);
      },
      handler: async (request, reply) => {
        const { key, params, body, headers } = request;
        const lastEventId = headers['last-event-id'];
        if (key === null) throw new Error('The request has no key');
        const query = request.url.split('?').slice(1).join('?');
        const answer = await operation
          .run({
            key,
            params,
            body,
            query,
            accept: headers.accept,
            acceptEncoding: headers['accept-encoding'],
            ifMatch: headers['if-match'],
            ifNoneMatch: headers['if-none-match'],
            lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
            hangUp: () => hangUpOf(reply.raw),
            recheck: async () => authenticator.authenticate(headers.authorization),
          })
          .catch((error: unknown) => {
            // A fixed path of another method looks like the path of a record.
            if (error instanceof ProblemError && error.code === 'not-found') {
              const other = unknownPath(request.method, request.url);
              if (other.code === 'method-not-allowed') throw other;
            }
            throw error;
          });
        // A text of no length would be said to be one, also where there can be none.
        return reply
          .code(answer.status)
          .headers(answer.headers)
          .send(answer.body === '' ? undefined : answer.body);
      },
    });
  };
}

function hangUpOf(response: ServerResponse): AbortSignal {
  const hangUp = new AbortController();
  response.once('close', () => hangUp.abort());
  return hangUp.signal;
}
