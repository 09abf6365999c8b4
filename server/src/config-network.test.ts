/** Settings of who may reach the service: what they take, and what they say of the rest. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import { readOrigins, readRateLimit, readReaders, readTrustedProxies } from './config-network.ts';

const refuses = (read: (text: string) => unknown, text: string, message: RegExp): void =>
  assert.throws(
    () => read(text),
    (error) => error instanceof ConfigError && message.test(error.message),
    text,
  );

test('metrics are off unless they have a port, and on loopback', () => {
  assert.equal(readConfig({}).metrics, undefined);
  assert.deepEqual(readConfig({ METRICS_PORT: '9464' }).metrics, { host: '127.0.0.1', port: 9464, clients: true });
  const all = { METRICS_PORT: '0', METRICS_HOST: '::', METRICS_CLIENTS: 'off' };
  assert.deepEqual(readConfig(all).metrics, { host: '::', port: 0, clients: false });
  const wrong = { METRICS_PORT: 'on', METRICS_CLIENTS: '1' };
  assert.throws(() => readConfig(wrong), /^ConfigError: METRICS_PORT is "on".*\nMETRICS_CLIENTS is "1"/);
});

test('the service stops at once, unless it is to wait a while', () => {
  assert.equal(readConfig({}).stopDelaySeconds, 0);
  assert.equal(readConfig({ STOP_DELAY: '5' }).stopDelaySeconds, 5);
  for (const text of ['61', '1.5', '-1', '5s']) assert.throws(() => readConfig({ STOP_DELAY: text }), /STOP_DELAY is/);
});

test('traces are off unless there is a collector; which are taken is said in the standard way', () => {
  assert.equal(readConfig({ OTEL_TRACES_SAMPLER: 'always_on' }).traces, undefined);
  const traces = (env: Record<string, string>) =>
    readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318/', ...env }).traces;
  const sampling = (sampler: string, arg = '0.25') =>
    traces({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: arg })?.sampling;
  assert.deepEqual(traces({}), {
    url: 'http://127.0.0.1:4318/v1/traces',
    sampling: { followsCaller: true, ratio: 1 },
  });
  assert.deepEqual(sampling('traceidratio'), { followsCaller: false, ratio: 0.25 });
  assert.deepEqual(sampling('parentbased_traceidratio', ''), { followsCaller: true, ratio: 1 });
  assert.deepEqual(sampling('always_on'), { followsCaller: false, ratio: 1 });
  assert.deepEqual(sampling('parentbased_always_off'), { followsCaller: true, ratio: 0 });
  assert.throws(() => sampling('constructor', '2'), /SAMPLER is "constructor".*\n.*SAMPLER_ARG is "2"/);
  assert.throws(() => sampling('parentbased_jaeger'), /give one of always_on, parentbased_always_on/);
  assert.throws(() => traces({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }), /must be an http or https URL/);
});

test('origins are read as browsers send them', () => {
  assert.deepEqual(readOrigins('https://crm.example, http://localhost:3000/,,https://CRM.example:443'), [
    'https://crm.example',
    'http://localhost:3000',
  ]);
  assert.deepEqual(readOrigins('https://münchen.example'), ['https://xn--mnchen-3ya.example']);
  for (const text of ['*', 'null', 'crm.example', 'https://crm.example/app', 'https://crm.example?x', 'ftp://x.nl']) {
    refuses(readOrigins, `https://good.example,${text}`, new RegExp(`CORS_ORIGINS holds "${RegExp.escape(text)}"`));
  }
  refuses(readOrigins, 'https://a:b@crm.example', /without a path/);
});

test('proxies are off, a number, or addresses', () => {
  assert.deepEqual(['off', 'false', '2'].map(readTrustedProxies), [false, false, 2]);
  assert.deepEqual(readTrustedProxies('127.0.0.1, 10.0.0.0/8,::1,fd00::/8,loopback'), [
    '127.0.0.1',
    '10.0.0.0/8',
    '::1',
    'fd00::/8',
    'loopback',
  ]);
  for (const text of [
    'on',
    'true',
    '0',
    '17',
    '1.5',
    '-1',
    ',',
    'proxy.example',
    '10.0.0.1/33',
    '10.1/8',
    '1,127.0.0.1',
  ]) {
    refuses(readTrustedProxies, text, /^TRUST_PROXY holds ".*"; give off, the number of proxies/);
  }
});

test('a limit is off, a rate, or a rate and how many at once', () => {
  assert.deepEqual(['off', '500', '500/2000'].map(readRateLimit), [
    'off',
    { perSecond: 500, burst: 500 },
    { perSecond: 500, burst: 2000 },
  ]);
  for (const text of ['on', '0', '-5', '1.5', '500/100', '500/', '/500', '500/1000/2000', '5000000', '1e3']) {
    refuses(readRateLimit, text, /^RATE_LIMIT is ".*"; give requests a second/);
  }
});

test('readers are a number', () => {
  assert.equal(readReaders('READERS')('8000'), 8000);
  for (const text of ['0', 'off', '-1', '1000001', '1.5']) {
    refuses(readReaders('READERS'), text, /^READERS is ".*"; give a number from 1/);
  }
});
