/**
 * An endpoint at work: from a key, a path and a body to an answer. It knows the contract and the store, but not how the
 * request came nor how the answer goes out.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Endpoint, Result, Scope } from '../../../sdk/src/contract/endpoint.ts';
import type { Fields, TextField } from '../../../sdk/src/contract/field.ts';
import { BASE_PATH, pathOf } from '../../../sdk/src/contract/index.ts';
import type { Violation } from '../../../sdk/src/contract/problems.ts';
import type { Store } from '../db/store.ts';
import type { Caller, SignedIn, Visitor } from './caller.ts';
import { fingerprintOf, readIdempotencyKey } from './idempotency/header.ts';
import { KeyedWrites } from './idempotency/once.ts';
import { PlainWrites, type Writes } from './idempotency/writes.ts';
import { chargeRest } from './limits/charge.ts';
import { ProblemError, validationProblem } from './problem.ts';
import { isRefusal, toProblem } from './problem-answer.ts';
import type { Body } from './wire/body.ts';
import type { Values } from './wire/check.ts';
import { privateAnswer } from './wire/headers.ts';
import { ignoredIn, readBody, readParams, readQuery } from './wire/input.ts';
import type { JsonText } from './wire/json.ts';
import { matchesWeakly, parseTags, type Tags } from './wire/tags.ts';

type BodyFields<E extends Endpoint> = E extends { body: { fields: infer F extends Fields } } ? F : Record<never, never>;
type QueryFields<E extends Endpoint> = E extends { query: infer F extends Fields } ? F : Record<never, never>;

/** The caller: for an endpoint above the clients a visitor, who is signed in if it asks for that. */
type CallerOf<E extends Endpoint> = E['scope'] extends Scope
  ? Caller
  : E['scope'] extends 'signed-in'
    ? Visitor & { readonly session: SignedIn }
    : Visitor;
/** A file that is being sent: as the body, or within a form. */
export interface Upload {
  readonly stream: Readable;
  readonly headers: IncomingHttpHeaders;
}

/** What a handler gets. */
export interface Call<E extends Endpoint> {
  readonly store: Store;
  /** Writes what is asked for: once for each `Idempotency-Key`, if the request has one. */
  readonly once: E['scope'] extends Scope ? Writes<Outcome<E>> : undefined;
  readonly key: CallerOf<E>;
  readonly params: { readonly [N in keyof E['params']]: E['params'][N] extends TextField ? string : number };
  /** The normalised values of the body's fields that were sent. */
  readonly values: Values<BodyFields<E>>;
  /** The normalised values of the query that were sent. */
  readonly query: Values<QueryFields<E>>;
  /** The file that is being sent, where the endpoint takes one. */
  readonly upload: Upload | undefined;
  readonly accept: string | undefined;
  readonly acceptEncoding: string | undefined;
  /** The `Last-Event-ID` of a reader of events that was disconnected. */
  readonly lastEventId: string | undefined;
  /** The versions that the caller means to write. */
  readonly ifMatch: Tags | undefined;
  /** Returns a signal that is aborted when the caller is gone, or has its answer. */
  readonly hangUp: () => AbortSignal;
  /** Rejects with a problem if the key is no longer valid: for work that outlasts a request. */
  readonly recheck: () => Promise<unknown>;
}

/** An answer that is sent as it is made. */
export interface Streamed {
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly stream: Readable;
}

/** A result with what else the answer says: its version, and a status other than that of the contract. */
export class Reply<R> {
  readonly result: R | JsonText<R>;
  readonly etag: string | undefined;
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(
    result: R | JsonText<R>,
    etag?: string,
    more?: { readonly status?: number; readonly headers: Readonly<Record<string, string>> },
  ) {
    this.result = result;
    this.etag = etag;
    this.status = more?.status;
    this.headers = more?.headers;
  }
}

type Outcome<E extends Endpoint> = E['success']['shape'] extends { kind: 'stream' | 'file' }
  ? Streamed
  : E['success']['shape'] extends { kind: 'feed' }
    ? Streamed | string
    : E['success']['shape'] extends { kind: 'page' }
      ? string
      : Result<E> | JsonText<Result<E>> | Reply<Result<E>>;

/** Answers a call with its result. It is called only if nothing is wrong with the fields of the body and the query. */
export type Handler<E extends Endpoint> = (call: Call<E>) => Promise<Outcome<E>>;

/**
 * What breaks an endpoint's own rules. Called for a request that is refused in any case, so that all violations are
 * reported at once: the call has only the valid values. The handler checks for itself.
 */
export type OwnRules<E extends Endpoint> = (
  call: Call<E>,
  violations: readonly Violation[],
) => Promise<readonly Violation[]>;

/** The argument after the handler, for an endpoint that has rules of its own. */
export type Rules<E extends Endpoint> = E extends { ownRules: true } ? [ownRules: OwnRules<E>] : [];

/** What goes out. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable;
}

/** What came in, once the key is known to be good. */
export interface Incoming extends Pick<Call<Endpoint>, 'acceptEncoding' | 'lastEventId' | 'hangUp' | 'recheck'> {
  readonly upload?: Upload | undefined;
  readonly key: Caller | Visitor;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly body: Body | undefined;
  /** The query, without the `?`. */
  readonly query: string;
  readonly accept: string | undefined;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

export interface Operation {
  readonly endpoint: Endpoint;
  /** The path as the router and the log write it: `/v1/:client/peppered/customer/:customerId`. */
  readonly route: string;
  /** Rejects with a problem. */
  run(incoming: Incoming): Promise<Answer>;
}

export function makeOperation<E extends Endpoint>(
  endpoint: E,
  store: Store,
  handler: Handler<E>,
  ...rules: Rules<E>
): Operation {
  const [ownRules] = rules as [OwnRules<E>?];
  /** Requests with an `Idempotency-Key` that are in progress. */
  const inFlight = new Set<string>();
  const order = [...Object.keys(endpoint.query ?? {}), ...Object.keys(endpoint.body?.fields ?? {})];

  /** All that is wrong, in the order of the fields. */
  async function refusal(call: Call<E>, violations: readonly Violation[]): Promise<ProblemError> {
    const all = new Set([...violations, ...((await ownRules?.(call, violations)) ?? [])]);
    const place = ({ field }: Violation) => {
      const at = order.indexOf(field.split('.', 1)[0] ?? '');
      return at === -1 ? order.length : at;
    };
    return validationProblem([...all].sort((a, b) => place(a) - place(b)));
  }

  async function run({ params: sent, body, query: queryString, ifNoneMatch, ...incoming }: Incoming): Promise<Answer> {
    const { key } = incoming;
    const timeZone = 'timeZone' in key ? key.timeZone : 'UTC';
    const params = readParams(endpoint, sent);
    const asked = readQuery(endpoint, queryString, timeZone);
    const ignored = ignoredIn(endpoint, body);
    const headers = ignored === undefined ? jsonAnswer : { ...jsonAnswer, 'foyer-ignored-fields': ignored };
    const telling = (error: unknown) =>
      ignored !== undefined && isRefusal(error) ? toProblem(error).with({ 'foyer-ignored-fields': ignored }) : error;
    try {
      const given = readBody(endpoint, body, asked, timeZone);
      if (endpoint.weighed !== undefined && 'meter' in key)
        await chargeRest(key, weightOf(endpoint.weighed, given.values));
      const ifMatch = readIfMatch(endpoint, incoming.ifMatch);
      const idempotencyKey = endpoint.takesIdempotencyKey ? readIdempotencyKey(incoming.idempotencyKey) : undefined;
      const read = { values: given.values, query: asked.values, ifMatch };
      const once = 'clientId' in key ? new PlainWrites(store, key) : undefined;
      const call = { ...incoming, store, once, params, ...read } as unknown as Call<E>;
      if (asked.violations.length > 0 || given.violations.length > 0) {
        throw await refusal(call, [...asked.violations, ...given.violations]);
      }
      const present = (outcome: unknown) => answerOf(endpoint, key, headers, outcome);
      if (idempotencyKey !== undefined && 'clientId' in key) {
        const { method, path, upload } = endpoint;
        const fingerprint = fingerprintOf(method, path, params, queryString, body?.object, incoming.ifMatch);
        const request = { key: idempotencyKey, fingerprint, isUpload: upload !== undefined };
        const keyed = new KeyedWrites({ store, principal: key, ...request }, present);
        const perform = async () => present(await handler({ ...call, once: keyed as never }));
        return await keyed.answer(inFlight, () => perform().catch((error) => Promise.reject(telling(error))));
      }
      const answer = present(await handler(call));
      return ifNoneMatch !== undefined && isKnown(endpoint, answer, ifNoneMatch) ? notModified(answer) : answer;
    } catch (error) {
      throw telling(error);
    }
  }

  return { endpoint, route: pathOf(endpoint).replaceAll(/\{(\w+)\}/g, ':$1'), run };
}

const jsonAnswer = { ...privateAnswer, 'content-type': 'application/json; charset=utf-8' };

function answerOf(endpoint: Endpoint, key: Caller | Visitor, common: Answer['headers'], result: unknown): Answer {
  const { shape, status, location } = endpoint.success;
  const headers: Record<string, string> = { ...common };
  if (isStreamed(endpoint, result)) {
    const all = { ...headers, ...result.headers, 'content-type': result.contentType };
    return { status, headers: all, body: result.stream };
  }
  const reply = result instanceof Reply ? result : new Reply(result);
  if (shape.kind === 'nothing') return { status, headers: { ...withoutType(headers), ...reply.headers }, body: '' };
  const body = typeof reply.result === 'string' ? reply.result : JSON.stringify(reply.result);
  const answer = { status: reply.status ?? status, headers, body };
  if (reply.etag !== undefined) headers.etag = reply.etag;
  if (reply.headers !== undefined) Object.assign(headers, reply.headers);
  if (location !== undefined && (answer.status === 201 || answer.status === 202) && 'clientName' in key) {
    headers.location = fill(BASE_PATH + location, { client: key.clientName, ...JSON.parse(body) });
  }
  return answer;
}

/** What a request counts for that has so many customers in its lists. */
const weightOf = (lists: readonly string[], values: Readonly<Record<string, unknown>>): number =>
  Math.ceil(lists.reduce((sum, name) => sum + ((values[name] as readonly unknown[] | undefined)?.length ?? 0), 0) / 10);

/** A write that cannot look at versions refuses the header: its caller asks for care that it does not take. */
function readIfMatch({ problems, takesIdempotencyKey }: Endpoint, header: string | undefined): Tags | undefined {
  if (header === undefined) return undefined;
  if (takesIdempotencyKey && !problems?.includes('precondition-failed'))
    throw new ProblemError('bad-request', {
      message: 'This request looks at no versions; send it without the If-Match header, or write by PUT or by upsert.',
    });
  const tags = parseTags(header);
  if (tags !== undefined) return tags;
  const message = 'The If-Match header must be * or ETags as they were answered, in their quotes.';
  throw new ProblemError('bad-request', { message });
}

/** Has the caller this version already? What cannot be read names none. */
function isKnown({ method }: Endpoint, { headers: { etag } }: Answer, ifNoneMatch: string): boolean {
  return method === 'GET' && etag !== undefined && matchesWeakly(parseTags(ifNoneMatch) ?? [], etag);
}

const notModified = ({ headers }: Answer): Answer => ({ status: 304, headers: withoutType(headers), body: '' });

const fill = (path: string, values: Readonly<Record<string, unknown>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name) => String(values[name]));

const isStreamed = ({ success: { shape } }: Endpoint, result: unknown): result is Streamed =>
  shape.kind === 'stream' || shape.kind === 'file' || (shape.kind === 'feed' && typeof result !== 'string');

const withoutType = ({ 'content-type': _, ...headers }: Answer['headers']) => headers;
