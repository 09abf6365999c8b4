/**
 * Tries docs/monitoring/ with Debian's Prometheus: `npm run check:monitoring`. Every query of the dashboard and of the
 * alerts is run on what was scraped from a service under load, and must find something; the alerts pass their own
 * tests; and each metric of the service is listed in docs/monitoring.md.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFoyer } from '../tests/harness/foyer.ts';
import { scrape } from '../tests/harness/scrape.ts';
import { freePort, startServer } from '../tests/harness/server.ts';
import { useServer } from '../tests/harness/template.ts';
import { findPrograms, type Programs } from './debian.ts';
import { keepBusy, limits } from './monitoring-load.ts';

const LOAD_MS = 30_000;
/** What Grafana uses for one scrape a second. */
const RATE_INTERVAL = '15s';
const docs = new URL('../docs/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, docs), 'utf8');

interface Query {
  readonly what: string;
  readonly expr: string;
  /** Must it find more than 0? */
  readonly moves: boolean;
  /** The labels that its legend names. */
  readonly labels: readonly string[];
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

class Prometheus {
  readonly #url: string;

  constructor(port: number) {
    this.#url = `http://127.0.0.1:${port}/api/v1`;
  }

  async get<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
    const response = await fetch(`${this.#url}/${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string };
    if (status !== 'success') throw new Error(`${error}: ${parameters.query}`);
    return data;
  }

  async query(query: string): Promise<readonly Sample[]> {
    return (await this.get<{ result: readonly Sample[] }>('query', { query })).result;
  }

  async isReady(): Promise<boolean> {
    return this.get('status/buildinfo').then(
      () => true,
      () => false,
    );
  }
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

/** As Grafana sends them when everything is selected. Refusals by threads would take more load than there is here. */
function queriesOfDashboard(): Query[] {
  const { panels } = JSON.parse(read('monitoring/dashboard.json')) as { panels: readonly Panel[] };
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr, legendFormat }) => ({
      what: title,
      expr: expr.replaceAll('$__rate_interval', RATE_INTERVAL).replaceAll(/\$(instance|client)\b/g, '.*'),
      moves: /\b(rate|increase)\(/.test(expr) && !expr.includes('jobs_refused'),
      labels: [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label),
    })),
  );
}

/** What an alert compares must exist while the service is well; the comparison comes last. */
async function queriesOfAlerts(prometheus: Prometheus): Promise<Query[]> {
  const { groups } = await prometheus.get<{ groups: { rules: { name: string; query: string }[] }[] }>('rules');
  const tests = read('monitoring/alerts.test.yml');
  return groups.flatMap(({ rules }) =>
    rules.map(({ name, query }) => {
      const [, expr] = /^(.+) (?:==|>|<) [\d.]+$/s.exec(query) ?? [];
      if (expr === undefined) throw new Error(`${name} does not end with a comparison: ${query}`);
      if (!tests.includes(`alertname="${name}"`)) throw new Error(`${name} has no test in alerts.test.yml`);
      return { what: name, expr, moves: false, labels: [] };
    }),
  );
}

/** What is wrong with the answer to a query; `undefined` if all is well. */
function wrongWith({ moves, labels }: Query, samples: readonly Sample[]): string | undefined {
  const values = samples.map(({ value }) => Number(value[1])).filter(Number.isFinite);
  if (values.length === 0) return 'finds nothing';
  if (moves && !values.some((value) => value > 0)) return 'does not move';
  const missing = labels.find((label) => !samples.every(({ metric }) => metric[label] !== undefined));
  return missing === undefined ? undefined : `has no label ${missing}`;
}

function startPrometheus(programs: Programs, folder: string, port: number, target: string) {
  copyFileSync(new URL('monitoring/alerts.yml', docs), join(folder, 'alerts.yml'));
  const config = read('monitoring/prometheus.yml').replace('127.0.0.1:9464', target);
  if (!config.includes(target)) throw new Error('prometheus.yml names no target 127.0.0.1:9464');
  writeFileSync(join(folder, 'prometheus.yml'), `global: { scrape_interval: 1s, evaluation_interval: 1s }\n${config}`);
  const flags = [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`];
  const args = [...flags, `--web.listen-address=127.0.0.1:${port}`, '--log.level=warn'];
  return spawn(programs.path('prometheus'), args, { stdio: ['ignore', 'inherit', 'inherit'] });
}

function promtool(programs: Programs, ...args: string[]): boolean {
  const paths = args.map((arg) => (arg.endsWith('.yml') ? join(new URL('monitoring/', docs).pathname, arg) : arg));
  return spawnSync(programs.path('promtool'), paths, { stdio: 'inherit' }).status === 0;
}

const folder = mkdtempSync(join(tmpdir(), 'foyer-monitoring-'));
const programs = findPrograms(['prometheus', 'promtool'], folder, ['prometheus']);
const wrong: string[] = [];
for (const args of [
  ['check', 'config', 'prometheus.yml'],
  ['test', 'rules', 'alerts.test.yml'],
])
  if (!promtool(programs, ...args)) wrong.push(`promtool ${args.join(' ')}`);
const server = await startServer({ isDurable: false });
await useServer(server.url);
const metrics = { host: '127.0.0.1', port: 0, clients: true };
const foyer = await startFoyer('postgres', { metrics, limits });
const port = await freePort();
const child = startPrometheus(programs, folder, port, new URL(foyer.app.metricsUrl ?? '').host);
const prometheus = new Prometheus(port);
while (!(await prometheus.isReady())) await sleep(50);
await keepBusy(foyer, LOAD_MS);
const queries = [...queriesOfDashboard(), ...(await queriesOfAlerts(prometheus))];
for (const query of queries) {
  const samples = await prometheus.query(query.expr);
  const found = wrongWith(query, samples);
  if (found !== undefined) wrong.push(`"${query.what}" ${found}: ${query.expr}`);
}
const families = new Set(
  [...(await scrape(foyer.app.metricsUrl)).text.matchAll(/^# TYPE (foyer_\w+)/gm)].map(([, name = '']) => name),
);
const page = read('monitoring.md');
for (const name of families) {
  const isTold =
    page.includes(name) || page.includes(`${name.replace(/_seconds$/, '_changes')}{client}\`, \`…_seconds`);
  if (!isTold) wrong.push(`docs/monitoring.md does not tell of ${name}`);
}
const ended = once(child, 'exit');
child.kill('SIGTERM');
await ended;
await foyer[Symbol.asyncDispose]();
await server.stop();
rmSync(folder, { recursive: true, force: true });
for (const line of wrong) console.error(line);
console.log(`${queries.length} queries and ${families.size} metrics; ${wrong.length} are wrong.`);
process.exitCode = wrong.length === 0 ? 0 : 1;
