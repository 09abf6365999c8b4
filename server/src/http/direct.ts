/**
 * The direct lane, for the requests that make up the load: plain ones, with a key that was seen a moment ago.
 *
 * Fastify, its hooks and its reply cost about as much as reading a customer does. This lane comes before it and takes a
 * request only if nothing can be wrong with its form: an endpoint of the contract, at its exact path, with a valid key
 * for it, and no body or a small JSON one. Everything else goes to Fastify untouched, which says what is wrong. Both
 * run the same operations, so that they answer alike.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isAboveScope, type Scope } from '../../../sdk/src/contract/endpoint.ts';
import { BASE_PATH } from '../../../sdk/src/contract/index.ts';
import type { Authenticator } from './auth.ts';
import type { Caller } from './caller.ts';
import { charge } from './limits/charge.ts';
import type { Answer, Operation } from './operation.ts';
import { problemAnswer, toProblem } from './problem-answer.ts';
import { CLIENT_CLOSED, type RequestLog } from './request-log.ts';
import { MAX_DIRECT_BODY_BYTES } from './sizes.ts';
import { type Body, parseJson } from './wire/body.ts';
import { repeatedHeader } from './wire/head.ts';

const MAX_RAW_HEADERS = 60;
const NOT_MODIFIED = 304;
const JSON_TYPE = /^application\/json(?:; ?charset=utf-8)?$/i;
/** What comes before and after the client in every path. */
const [BEFORE_CLIENT = '', AFTER_CLIENT = ''] = BASE_PATH.split('{client}');

/** Answers that are streamed, or have no body at all. */
const isForFastify: ReadonlySet<string> = new Set(['stream', 'file', 'feed', 'nothing']);

interface Match {
  readonly operation: Operation;
  readonly key: Caller;
  readonly params: Readonly<Record<string, string>>;
}

export class DirectLane {
  readonly #authenticator: Authenticator;
  readonly #log: RequestLog;
  /** Are there pages of other origins? Their requests need headers that a Fastify hook adds. */
  readonly #isForPages: boolean;
  /** By method and path, with `#` instead of a number: `GET /customer/#`. */
  readonly #operations = new Map<string, { operation: Operation; scope: Scope; param: string }>();

  constructor(authenticator: Authenticator, log: RequestLog, isForPages: boolean) {
    this.#authenticator = authenticator;
    this.#log = log;
    this.#isForPages = isForPages;
  }

  add(operation: Operation): void {
    const { method, path, scope, success, upload } = operation.endpoint;
    if (isAboveScope(scope) || isForFastify.has(success.shape.kind) || upload !== undefined) return;
    const param = /\{(\w+)\}/.exec(path)?.[1] ?? '';
    this.#operations.set(`${method} ${path.replace(/\{\w+\}/, '#')}`, { operation, scope, param });
  }

  /** Takes a request, or returns false and leaves it untouched. */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    const match = this.#match(request);
    if (match === undefined) return false;
    const started = performance.now();
    const length = request.headers['content-length'];
    if (length === undefined) this.#answer(match, undefined, request, response, started);
    else this.#readAndAnswer(match, request, response, started);
    return true;
  }

  #match(request: IncomingMessage): Match | undefined {
    const { url = '', headers } = request;
    if (!url.startsWith(BEFORE_CLIENT) || headers.host === undefined || request.rawHeaders.length > MAX_RAW_HEADERS)
      return undefined;
    if (this.#isForPages && headers.origin !== undefined) return undefined;
    const clientEnd = url.indexOf('/', BEFORE_CLIENT.length);
    if (!url.startsWith(AFTER_CLIENT, clientEnd)) return undefined;
    const client = url.slice(BEFORE_CLIENT.length, clientEnd);
    const path = url.slice(clientEnd + AFTER_CLIENT.length);
    const number = /\/([1-9]\d{0,14})(?=\/|$)/.exec(path)?.[1];
    const pattern = number === undefined ? path : path.replace(number, '#');
    const found = this.#operations.get(`${request.method} ${pattern}`);
    if (found === undefined || !hasPlainBody(found.operation, headers)) return undefined;
    if (repeatedHeader(request.rawHeaders) !== undefined) return undefined;
    const key = this.#authenticator.recognise(headers.authorization);
    if (key === undefined || key.clientName !== client || !key.scopes.has(found.scope)) {
      return undefined;
    }
    return { operation: found.operation, key, params: number === undefined ? {} : { [found.param]: number } };
  }

  #readAndAnswer(match: Match, request: IncomingMessage, response: ServerResponse, started: number): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => this.#answer(match, Buffer.concat(chunks), request, response, started));
    request.on('close', () => {
      if (request.complete || this.#log.isRefused(request.socket)) return;
      this.#log.request(lineOf(match, request, CLIENT_CLOSED, started, requestId(request)), request);
    });
  }

  async #answer(
    match: Match,
    bytes: Buffer | undefined,
    request: IncomingMessage,
    response: ServerResponse,
    started: number,
  ): Promise<void> {
    const id = requestId(request);
    const answer = await this.#run(match, bytes, request, id);
    if (response.destroyed) return this.#log.request(lineOf(match, request, CLIENT_CLOSED, started, id), request);
    const body = answer.body as string;
    const length = Buffer.byteLength(body);
    response.writeHead(answer.status, {
      'x-request-id': id,
      ...match.key.meter?.headers(),
      ...answer.headers,
      // None if there is no body: it would have to be the length of the customer's.
      ...(answer.status === NOT_MODIFIED ? undefined : { 'content-length': length }),
    });
    // Pure ASCII can be sent as Latin-1, which is not scanned again.
    response.end(body, length === body.length ? 'latin1' : 'utf8');
    this.#log.request(lineOf(match, request, answer.status, started, id), request);
  }

  async #run(
    { operation, key, params }: Match,
    bytes: Buffer | undefined,
    { headers }: IncomingMessage,
    id: string,
  ): Promise<Answer> {
    try {
      if (key.meter !== undefined) await charge(key, operation.endpoint.weight ?? 1);
      const body: Body | undefined = bytes === undefined ? undefined : parseJson(bytes);
      return await operation.run({
        key,
        params,
        body,
        query: '',
        ifMatch: headers['if-match'],
        ifNoneMatch: headers['if-none-match'],
        idempotencyKey: headers['idempotency-key'] as string | undefined,
        ...noHeaders,
      });
    } catch (error) {
      const problem = toProblem(error);
      this.#log.fault(id, problem.code, error);
      return problemAnswer(problem, id);
    }
  }
}

/** What only answers of the other lane need. */
const noHeaders = {
  accept: undefined,
  acceptEncoding: undefined,
  lastEventId: undefined,
  hangUp: () => new AbortController().signal,
  recheck: async () => {},
};

/** Does the request have no body, if none is wanted, or else a small JSON one? */
function hasPlainBody({ endpoint }: Operation, headers: IncomingMessage['headers']): boolean {
  if (headers['transfer-encoding'] !== undefined || headers.expect !== undefined) return false;
  if (headers['content-encoding'] !== undefined) return false;
  const length = headers['content-length'];
  if (endpoint.body === undefined) return length === undefined;
  return (
    length !== undefined && Number(length) <= MAX_DIRECT_BODY_BYTES && JSON_TYPE.test(headers['content-type'] ?? '')
  );
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The caller's own request id, if it is well-formed: it goes into the log, so not every text will do. */
export function requestId(request: IncomingMessage): string {
  const sent = request.headers['x-request-id'];
  return typeof sent === 'string' && REQUEST_ID.test(sent) ? sent : randomUUID();
}

function lineOf({ operation, key }: Match, request: IncomingMessage, status: number, started: number, id: string) {
  return { id, method: request.method, route: operation.route, status, ms: performance.now() - started, key };
}
