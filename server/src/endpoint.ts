/** Serves an endpoint of the contract: authenticate, authorize, check, one call, present. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Endpoint, Result } from '../../sdk/src/contract/endpoint.ts';
import type { Fields } from '../../sdk/src/contract/field.ts';
import { BASE_PATH } from '../../sdk/src/contract/index.ts';
import type { Violation } from '../../sdk/src/contract/problems.ts';
import { type ApiKey, type Authenticator, authorize } from './auth.ts';
import type { Store } from './db/store.ts';
import { validationProblem } from './problem.ts';
import type { Body } from './wire/body.ts';
import { checkBody, type Values } from './wire/check.ts';
import { ignoredFields } from './wire/ignored.ts';
import { unknownPath } from './wire/methods.ts';

declare module 'fastify' {
  interface FastifyRequest {
    key: ApiKey | null;
  }
}

type BodyFields<E extends Endpoint> = E extends { body: { fields: infer F extends Fields } } ? F : Record<never, never>;
type Params<E extends Endpoint> = { readonly [N in keyof E['params']]: number };

/** What a handler is given. */
export interface Call<E extends Endpoint> {
  readonly store: Store;
  readonly key: ApiKey;
  readonly params: Params<E>;
  /** The normalised values of the body's fields that were sent. */
  readonly values: Values<BodyFields<E>>;
  /** What is wrong with the body; empty, save where unique fields leave it to the handler to report them together. */
  readonly violations: readonly Violation[];
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Answers a call with its result, or for a stream with the reply that sends it. */
export type Handler<E extends Endpoint> = (call: Call<E>) => Promise<Result<E> | FastifyReply>;

export type Serve = <E extends Endpoint>(endpoint: E, handler: Handler<E>) => void;

const routePath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');
const fill = (path: string, values: Readonly<Record<string, unknown>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name) => String(values[name]));

/** Gives the function by which features serve their endpoints on an app. */
export function endpointServer(app: FastifyInstance, store: Store, authenticator: Authenticator): Serve {
  return (endpoint, handler) => {
    const { success } = endpoint;
    app.route<{ Params: Record<string, string>; Body?: Body }>({
      method: endpoint.method,
      url: routePath(BASE_PATH + endpoint.path),
      onRequest: async (request) => {
        request.key = await authenticator.authenticate(request.headers.authorization);
        authorize(request.key, request.params.client ?? '', endpoint.scope);
      },
      handler: async (request, reply) => {
        const key = request.key as ApiKey;
        const params = readParams(endpoint, request);
        const { values, violations } = readBody(endpoint, request.body, reply);
        const call = { store, key, params, values, violations, request, reply };
        const result = await handler(call as Call<typeof endpoint>);
        if (result === reply) return reply;
        if (success.location !== undefined) {
          const location = fill(BASE_PATH + success.location, { client: key.clientName, ...(result as object) });
          reply.header('location', location);
        }
        reply.code(success.status).header('content-type', 'application/json; charset=utf-8');
        return reply.send(JSON.stringify(result));
      },
    });
  };
}

/** The numbers in the path; one that is no positive integer names nothing. */
function readParams(endpoint: Endpoint, request: FastifyRequest<{ Params: Record<string, string> }>) {
  const params: Record<string, number> = {};
  for (const name in endpoint.params) {
    const text = request.params[name] ?? '';
    if (!/^[1-9]\d{0,14}$/.test(text)) throw unknownPath(request.method, request.url);
    params[name] = Number(text);
  }
  return params;
}

const nothing = { values: {}, violations: [] };

function readBody(endpoint: Endpoint, body: Body | undefined, reply: FastifyReply) {
  if (endpoint.body === undefined) return nothing;
  const { fields, partial } = endpoint.body;
  const ignored = body === undefined ? undefined : ignoredFields(body.names(), fields);
  if (ignored !== undefined) reply.header('foyer-ignored-fields', ignored);
  const checked = checkBody(fields, body?.object ?? {}, partial === true);
  const hasUnique = Object.values(fields).some((field) => field.unique);
  if (checked.violations.length > 0 && !hasUnique) throw validationProblem(checked.violations);
  return checked;
}
