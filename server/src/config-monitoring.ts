/** Settings of metrics and traces. */
import { ConfigError } from './config-error.ts';
import { readPort, readSwitch, type Setting } from './config-values.ts';

/** Where Prometheus finds the metrics. */
export interface MetricsConfig {
  readonly host: string;
  readonly port: number;
  /** Are clients shown by their short names? */
  readonly clients: boolean;
}

export function readMetrics(setting: Setting): MetricsConfig | undefined {
  const port = setting<number | undefined>('METRICS_PORT', undefined, readPort('METRICS_PORT'));
  const host = setting('METRICS_HOST', '127.0.0.1', String);
  const clients = setting('METRICS_CLIENTS', true, readSwitch('METRICS_CLIENTS'));
  return port === undefined ? undefined : { host, port, clients };
}

/** Which requests are traced: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
export interface Sampling {
  /** Does the caller's decision take precedence? */
  readonly followsCaller: boolean;
  /** The share of the other requests, 0 to 1. */
  readonly ratio: number;
}

/** Where traces are sent, by OTLP over HTTP. */
export interface TracesConfig {
  /** `https://collector.example/v1/traces` */
  readonly url: string;
  readonly sampling: Sampling;
}

/** The ratio of each sampler; `undefined` if `OTEL_TRACES_SAMPLER_ARG` gives it. */
const samplers: Readonly<Record<string, number | undefined>> = {
  always_on: 1,
  always_off: 0,
  traceidratio: undefined,
};
const OF_CALLER = 'parentbased_';

function readSampler(text: string): { followsCaller: boolean; ratio: number | undefined } {
  const followsCaller = text.startsWith(OF_CALLER);
  const name = followsCaller ? text.slice(OF_CALLER.length) : text;
  if (Object.hasOwn(samplers, name)) return { followsCaller, ratio: samplers[name] };
  const known = Object.keys(samplers).flatMap((one) => [one, `${OF_CALLER}${one}`]);
  throw new ConfigError(`OTEL_TRACES_SAMPLER is "${text}"; give one of ${known.join(', ')}.`);
}

function readRatio(text: string): number {
  const ratio = Number(text);
  if (/^[\d.]+$/.test(text) && ratio >= 0 && ratio <= 1) return ratio;
  throw new ConfigError(`OTEL_TRACES_SAMPLER_ARG is "${text}"; give a number from 0 to 1, as in 0.01.`);
}

function readCollector(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return `${text.replace(/\/$/, '')}/v1/traces`;
  throw new ConfigError('OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL, as in http://127.0.0.1:4318.');
}

export function readTraces(setting: Setting): TracesConfig | undefined {
  const url = setting<string | undefined>('OTEL_EXPORTER_OTLP_ENDPOINT', undefined, readCollector);
  const sampler = setting('OTEL_TRACES_SAMPLER', { followsCaller: true, ratio: 1 }, readSampler);
  const ratio = setting('OTEL_TRACES_SAMPLER_ARG', 1, readRatio);
  return url === undefined ? undefined : { url, sampling: { ...sampler, ratio: sampler.ratio ?? ratio } };
}
