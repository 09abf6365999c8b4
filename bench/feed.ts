/** The feed and webhooks: how soon a change arrives, how fast a million are read, and what waiting readers cost. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createFoyer } from '../sdk/src/index.ts';
import { connect } from '../server/src/db/connect.ts';
import { Store } from '../server/src/db/store.ts';
import { createKey } from '../server/src/features/keys/writes.ts';
import type { Generator } from './generator.ts';
import type { Finding } from './large.ts';
import { startPostgres } from './postgres-server.ts';
import type { Arrival } from './receiver.ts';
import { targetOf } from './requests.ts';
import { median, percentile } from './scenarios.ts';
import type { SearchPart } from './search.ts';
import { pathOf, type Seeded, type SeededClient, seed } from './seed.ts';
import { seedPostgres } from './seed-postgres.ts';
import { type Server, startFoyer } from './server.ts';

const WRITES = 300;
const WRITE_EVERY_MS = 20;
const ENDPOINTS = 500;
const BAD_OF_A_KIND = 5;
const READERS = 1000;
const KIB = 1024;
const LOAD = { scenario: 'get', connections: 32, seconds: 3, rate: 0 } as const;
const allowed = { WEBHOOK_ALLOW_HTTP: 'on', WEBHOOK_ALLOW_PRIVATE: 'on' };

async function startReceiver() {
  const child = fork(fileURLToPath(new URL('receiver.ts', import.meta.url)));
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const arrivals: Arrival[] = [];
  child.on('message', (arrival) => arrivals.push(arrival as Arrival));
  return { url: `http://127.0.0.1:${port}`, arrivals, stop: () => child.disconnect() };
}

function sdkOf(server: Server, key: string) {
  const { name } = server.data.clients[0] as SeededClient;
  return createFoyer({ baseUrl: `http://127.0.0.1:${server.port}`, client: name, key });
}

const now = (): number => performance.timeOrigin + performance.now();

/** Writes at a leisurely pace; returns when each change was sent, by its number. */
async function writeSlowly(sdk: ReturnType<typeof sdkOf>, count: number): Promise<Map<number, number>> {
  let { cursor } = await sdk.changes.list({ after: 'now' });
  const sent = new Map<number, number>();
  for (let at = 0; at < count; at += 1) {
    cursor = String(Number(cursor) + 1);
    sent.set(Number(cursor), now());
    await sdk.customers.update({ customerId: 1 + (at % 1000), customerCity: `City of ${cursor}` });
    await sleep(WRITE_EVERY_MS);
  }
  return sent;
}

async function measureArrival(server: Server, key: string): Promise<Finding[]> {
  const receiver = await startReceiver();
  const sdk = sdkOf(server, key);
  const { webhookId } = await sdk.webhooks.create({ url: `${receiver.url}/idle` });
  const sent = await writeSlowly(sdk, WRITES);
  while (receiver.arrivals.length < WRITES) await sleep(50);
  const took = receiver.arrivals.map(({ number, at }) => at - (sent.get(number) ?? Number.NaN));
  await sdk.webhooks.remove({ webhookId });
  receiver.stop();
  return [
    { what: 'sending a write to arrival, p50', value: percentile(took, 0.5), unit: 'ms', aim: { most: 20 } },
    { what: 'sending a write to arrival, p99', value: percentile(took, 0.99), unit: 'ms', aim: { most: 100 } },
  ];
}

async function measureMany(server: Server, key: string): Promise<Finding[]> {
  const receiver = await startReceiver();
  const sdk = sdkOf(server, key);
  for (let at = 0; at < ENDPOINTS; at += 1) {
    const kind = at < BAD_OF_A_KIND ? 'hangs' : at < 2 * BAD_OF_A_KIND ? 'fails' : 'well';
    await sdk.webhooks.create({ url: `${receiver.url}/${kind}/${at}` });
  }
  const good = ENDPOINTS - 2 * BAD_OF_A_KIND;
  const slowest: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const [[number = 0, at = 0] = []] = await writeSlowly(sdk, 1);
    const came = () => receiver.arrivals.filter((one) => one.number === number && one.path.startsWith('/well'));
    while (came().length < good) await sleep(50);
    slowest.push(Math.max(...came().map((one) => one.at)) - at);
  }
  receiver.stop();
  return [
    { what: `${good} of ${ENDPOINTS} webhooks have a change, median`, value: median(slowest), unit: 'ms' },
    { what: 'the slowest of ten changes', value: Math.max(...slowest), unit: 'ms', aim: { most: 1000 } },
  ];
}

/** All changes, page after page. */
async function measureCatchUp(server: Server, compact: boolean): Promise<Finding> {
  const { name, key } = server.data.clients[0] as SeededClient;
  const agent = new Agent({ keepAlive: true });
  const page = (after: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const path = `/v1/${name}/peppered/change?limit=1000&after=${after}&compact=${compact}`;
      get({ port: server.port, agent, path, headers: { authorization: key } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks).toString()));
      }).on('error', reject);
    });
  const began = performance.now();
  let changes = 0;
  for (let after = '0'; ; ) {
    const text = await page(after);
    // Parsing the JSON is the caller's work, and would be counted as ours on two processors.
    const end = /"cursor":"(\d+)","more":(true|false)\}$/.exec(text);
    changes += compact ? text.split('{"number":').length - 1 : Number(end?.[1]) - Number(after);
    after = end?.[1] ?? '';
    if (end?.[2] !== 'true') break;
  }
  agent.destroy();
  const seconds = (performance.now() - began) / 1000;
  const isAimed = !compact && server.data.url.startsWith('sqlite:');
  const aim = isAimed ? { aim: { least: 50_000 } } : {};
  return {
    what: `reading ${changes.toLocaleString('en')} ${compact ? 'customers, compact' : 'changes'}`,
    value: changes / seconds,
    unit: '1/s',
    ...aim,
  };
}

async function measureReaders(server: Server, generator: Generator): Promise<Finding[]> {
  const { name, key } = server.data.clients[0] as SeededClient;
  const target = targetOf(server);
  await generator.run({ ...LOAD, target });
  const without = await generator.run({ ...LOAD, target });
  const before = server.memory().now;
  const agent = new Agent({ maxSockets: READERS });
  const path = `/v1/${name}/peppered/change?after=now`;
  const headers = { authorization: key, accept: 'text/event-stream' };
  const readers = await Promise.all(
    Array.from({ length: READERS }, async () => {
      const [response] = await once(get({ port: server.port, agent, path, headers }), 'response');
      return response.resume();
    }),
  );
  await sleep(3000);
  const after = server.memory().now;
  const beside = await generator.run({ ...LOAD, target });
  for (const reader of readers) reader.destroy();
  return [
    {
      what: `memory of each of ${READERS} idle readers of events`,
      value: (after - before) / READERS / KIB,
      unit: 'KiB',
    },
    { what: 'gets without them', value: without.requests / without.seconds, unit: '1/s' },
    { what: 'gets beside them', value: beside.requests / beside.seconds, unit: '1/s' },
  ];
}

async function measureFeed(data: Seeded, key: string, generator: Generator): Promise<Finding[]> {
  const server = await startFoyer(data, allowed);
  const findings = [
    ...(await measureReaders(server, generator)),
    await measureCatchUp(server, false),
    await measureCatchUp(server, true),
    ...(await measureArrival(server, key)),
    ...(await measureMany(server, key)),
  ];
  await server.stop();
  return findings;
}

export async function feedOf(folder: string, customers: number, generator: Generator): Promise<SearchPart> {
  const data = await seed(`${folder}/feed.db`, customers);
  const store = new Store(await connect({ engine: 'sqlite', path: pathOf(data) }));
  const key = await adminKey(store, data);
  return { what: 'The feed and webhooks, SQLite', findings: await measureFeed(data, key, generator) };
}

export async function feedOfPostgres(folder: string, customers: number, generator: Generator): Promise<SearchPart> {
  const postgres = await startPostgres();
  const data = await seedPostgres(postgres, folder, 'feed', 1, customers);
  const options = { url: data.url, migrateUrl: data.url, connections: 2, preparedStatements: true };
  const key = await adminKey(new Store(await connect({ engine: 'postgres', ...options })), data);
  const findings = await measureFeed(data, key, generator);
  await postgres.stop();
  return { what: 'The feed and webhooks, PostgreSQL', findings };
}

async function adminKey(store: Store, data: Seeded): Promise<string> {
  const clientId = data.clients[0]?.id ?? 0;
  const scopes = ['customers:write', 'exports:read', 'admin'] as const;
  const { key } = await createKey(store, { clientId, scopes, label: 'bench', expiresAt: null });
  await store.close();
  return key;
}
