/** A delivery of a webhook as a span of the trace that made its first change, linked to those of the others. */
import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { isAccepted } from '../features/webhooks/rules.ts';
import type { Follower, Message } from '../features/webhooks/send.ts';
import type { TracedChanges } from './changes.ts';
import type { Tracing } from './provider.ts';
import { propagator, requestUnderWay } from './requests.ts';

export function traceDelivery(tracing: Tracing, changes: TracedChanges, message: Message): ReturnType<Follower> {
  const { clientId, changes: numbers } = message;
  const [first, ...others] = changes.of(clientId, numbers);
  const parent = first === undefined ? contextOf(message) : trace.setSpanContext(ROOT_CONTEXT, first);
  if (parent === ROOT_CONTEXT && !tracing.takesNew()) return undefined;
  const span = tracing.tracer.startSpan(
    'POST webhook',
    { kind: SpanKind.CLIENT, links: others.map((context) => ({ context })) },
    parent,
  );
  const [from, to] = [numbers[0], numbers.at(-1)];
  if (from !== undefined && to !== undefined)
    span.setAttributes({ 'foyer.change.first': from, 'foyer.change.last': to });
  const headers: Record<string, string> = {};
  propagator.inject(trace.setSpan(ROOT_CONTEXT, span), headers, {
    set: (all, name, value) => {
      all[name] = value;
    },
  });
  return {
    headers,
    end: (attempt) => {
      span.setAttribute('http.request.method', 'POST');
      if (attempt.status !== null) span.setAttribute('http.response.status_code', attempt.status);
      if (!isAccepted(attempt)) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}

/** A test belongs to the request that asks for it; a change whose request is forgotten begins a new trace. */
const contextOf = ({ changes }: Message): Context =>
  (changes.length === 0 ? requestUnderWay()?.context : undefined) ?? ROOT_CONTEXT;
