/** OpenTelemetry as Foyer uses it: which traces are sampled, and how they are sent. Nothing is registered globally. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tracer } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import type { Sampling, TracesConfig } from '../config-monitoring.ts';
import { version } from '../version.ts';

const BETWEEN_SENDS_MS = 1000;
/** A collector that does not answer must not delay the stop. */
const CLOSE_MS = 2000;

export interface Tracing {
  readonly tracer: Tracer;
  /** Is a trace that begins here taken? Asked before anything is made for it: most are not. */
  takesNew(): boolean;
  close(): Promise<void>;
}

export function openTracing({ url, sampling }: TracesConfig, log: Logger): Tracing {
  const own = resourceFromAttributes({ 'service.name': 'foyer', 'service.version': version });
  const provider = new TracerProvider({
    sampler: samplerOf(sampling),
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES take precedence over ours.
    resource: defaultResource()
      .merge(own)
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new WatchedExporter(new OTLPTraceExporter({ url }), log),
        scheduledDelayMillis: BETWEEN_SENDS_MS,
      }),
    ],
  });
  return {
    tracer: provider.getTracer('foyer', version),
    takesNew: () => Math.random() < sampling.ratio,
    close: () => Promise.race([provider.shutdown(), sleep(CLOSE_MS, undefined, { ref: false })]),
  };
}

/**
 * A trace that begins here has been chosen already; one of a caller is taken by the caller's decision or by its id, as
 * other services do.
 */
function samplerOf({ ratio, followsCaller }: Sampling): Sampler {
  const byId = new TraceIdRatioBasedSampler(ratio);
  const ofCaller = followsCaller ? {} : { remoteParentSampled: byId, remoteParentNotSampled: byId };
  return new ParentBasedSampler({ root: new AlwaysOnSampler(), ...ofCaller });
}

/** Logs when traces no longer reach the collector, and when they do again. */
class WatchedExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #log: Logger;
  #isLost = false;

  constructor(exporter: SpanExporter, log: Logger) {
    this.#exporter = exporter;
    this.#log = log;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#exporter.export(spans, (result) => {
      const isLost = result.code !== ExportResultCode.SUCCESS;
      if (isLost && !this.#isLost) this.#log.warn({ err: result.error }, 'traces do not reach the collector');
      if (!isLost && this.#isLost) this.#log.info('traces reach the collector again');
      this.#isLost = isLost;
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}
