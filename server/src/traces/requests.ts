/**
 * A request as a span, from its first byte to its line in the log. Of what was sent it takes `traceparent`, and nothing
 * else.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { RequestLine } from '../http/request-log.ts';
import type { Tracing } from './provider.ts';

/** The request within which something happens. */
export interface RequestTrace {
  readonly span: Span;
  readonly context: Context;
  /** Did the caller begin the trace? */
  readonly isOfCaller: boolean;
}

const requests = new AsyncLocalStorage<RequestTrace | undefined>();

export const requestUnderWay = (): RequestTrace | undefined => requests.getStore();

export const propagator = new W3CTraceContextPropagator();

const headersOf: TextMapGetter<IncomingHttpHeaders> = {
  get: (headers, name) => headers[name],
  keys: Object.keys,
};

/** `undefined` if the caller tells of no trace: most do not, and asking an empty context would cost each of them. */
function callersContext(headers: IncomingHttpHeaders): Context | undefined {
  if (headers.traceparent === undefined) return undefined;
  const told = propagator.extract(ROOT_CONTEXT, headers, headersOf);
  return trace.getSpanContext(told) === undefined ? undefined : told;
}

const hasBody = (headers: IncomingHttpHeaders): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

/** Any other text would be the caller's. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export class RequestTraces {
  readonly #tracing: Tracing;
  readonly #spans = new WeakMap<IncomingMessage, Span>();

  constructor(tracing: Tracing) {
    this.#tracing = tracing;
  }

  /** From here on, everything done for the request is part of its trace. */
  begin(request: IncomingMessage): void {
    const ofCaller = callersContext(request.headers);
    if (ofCaller === undefined && !this.#tracing.takesNew()) {
      // The request before it on the connection may have been traced.
      if (requestUnderWay() !== undefined) requests.enterWith(undefined);
      return;
    }
    const parent = ofCaller ?? ROOT_CONTEXT;
    const span = this.#tracing.tracer.startSpan('request', { kind: SpanKind.SERVER }, parent);
    if (span.isRecording()) this.#spans.set(request, span);
    const entered = { span, context: trace.setSpan(parent, span), isOfCaller: ofCaller !== undefined };
    requests.enterWith(entered);
    // Node reports the end of a body in the context of the connection.
    if (hasBody(request.headers)) request.once('end', () => requests.enterWith(entered));
  }

  end({ method = '', route, status, key }: RequestLine, request: IncomingMessage | undefined): void {
    const span = request === undefined ? undefined : this.#spans.get(request);
    if (span === undefined) return;
    const known = METHODS.has(method) ? method : '_OTHER';
    span.updateName(route === undefined ? known : `${known} ${route}`);
    span.setAttribute('http.request.method', known);
    span.setAttribute('http.response.status_code', status);
    if (route !== undefined) span.setAttribute('http.route', route);
    if (key !== null) span.setAttribute('foyer.client', key.clientName);
    if (status >= 500) {
      span.setAttribute('error.type', String(status));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  }
}
