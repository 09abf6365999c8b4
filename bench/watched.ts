/**
 * What monitoring costs: the same requests to the service without it, and with metrics that are scraped or traces that
 * are sent.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Generator } from './generator.ts';
import type { Finding } from './large.ts';
import type { ScenarioName } from './requests.ts';
import { inTurns, type Rounds } from './scenarios.ts';
import type { SearchPart } from './search.ts';
import { seedTwins, type Twins } from './seed.ts';
import { freePort, startFoyer } from './server.ts';

/** Prometheus asks every 15 seconds as a rule. */
const SCRAPE_MS = 5000;
const SAMPLED = '0.01';
const scenarios: readonly ScenarioName[] = ['get', 'update'];

/** What a get may lose; a write costs so much more that it loses less. */
const aims = { metrics: 0.97, traces: 0.9 };

interface Watcher {
  readonly settings: Readonly<Record<string, string>>;
  /** The service runs. */
  begin(): void;
  /** Ends it; gives how many scrapes or batches of spans there were. */
  stop(): Promise<number>;
}

async function prometheus(): Promise<Watcher> {
  const port = await freePort();
  let scrapes = 0;
  const scrape = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    await response.text();
    scrapes += 1;
  };
  let timer: NodeJS.Timeout | undefined;
  const begin = () => {
    timer = setInterval(scrape, SCRAPE_MS);
  };
  const stop = async () => {
    clearInterval(timer);
    return scrapes;
  };
  return { settings: { METRICS_PORT: String(port) }, begin, stop };
}

async function collector(): Promise<Watcher> {
  let batches = 0;
  const server = createServer((request, response) => {
    batches += 1;
    request.resume().once('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    return batches;
  };
  const settings = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: SAMPLED,
  };
  return { settings, begin: () => {}, stop };
}

async function costOf(
  what: keyof typeof aims,
  watcher: Watcher,
  data: Twins,
  generator: Generator,
  rounds: Rounds,
): Promise<Finding[]> {
  const unwatched = await startFoyer(data.ceiling);
  const watched = await startFoyer(data.foyer, watcher.settings);
  const findings: Finding[] = [];
  watcher.begin();
  for (const scenario of scenarios) {
    const { first, second, ratio } = await inTurns([unwatched, watched], generator, scenario, rounds);
    const name = `${scenario} with ${what}`;
    findings.push({ what: `${scenario} without`, value: first.speed, unit: '1/s' });
    findings.push({ what: name, value: ratio, unit: '×', aim: { least: aims[what] } });
    const more = second.cpuMicroseconds - first.cpuMicroseconds;
    findings.push({ what: `processor time that ${name} takes more`, value: more, unit: 'µs' });
  }
  const times = await watcher.stop();
  await Promise.all([unwatched.stop(), watched.stop()]);
  if (times === 0) throw new Error(`Nobody has received ${what}`);
  return findings;
}

export async function watchedOf(
  folder: string,
  customers: number,
  generator: Generator,
  rounds: Rounds,
): Promise<SearchPart> {
  const data = await seedTwins(folder, customers);
  const findings = [
    ...(await costOf('metrics', await prometheus(), data, generator, rounds)),
    ...(await costOf('traces', await collector(), data, generator, rounds)),
  ];
  const what = `Metrics, and traces of 1%, ${customers.toLocaleString('en')} customers, SQLite`;
  return { what, findings };
}
