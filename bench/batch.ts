/** Batches of a thousand beside single creates, and how long a get waits meanwhile. */
import { Agent, request } from 'node:http';
import type { Generator } from './generator.ts';
import type { Finding } from './large.ts';
import { startPostgres } from './postgres-server.ts';
import { newCustomer, targetOf } from './requests.ts';
import { median, percentile } from './scenarios.ts';
import type { SearchPart } from './search.ts';
import { type Seeded, type SeededClient, seed } from './seed.ts';
import { seedPostgres } from './seed-postgres.ts';
import { type Server, startFoyer } from './server.ts';

const CUSTOMERS = 100_000;
const SIZE = 1000;
const ROUNDS = 3;
const BATCHES = 15;
/** Callers at a time: while one reads its answer, the other is served. */
const CALLERS = 2;
const CREATES = { scenario: 'create', connections: 32, seconds: 2, rate: 0 } as const;
const GETS = { scenario: 'get', connections: 8, seconds: 1, rate: 200 } as const;

/** Sends bodies one after another over one connection, each when the previous answer is read. */
async function send(server: Server, agent: Agent, bodies: readonly string[]): Promise<void> {
  const { name, key } = server.data.clients[0] as SeededClient;
  const headers = { authorization: key, 'content-type': 'application/json' };
  for (const body of bodies) {
    await new Promise<void>((resolve, reject) => {
      const path = `/v1/${name}/peppered/customer/batch`;
      const sent = request({ port: server.port, agent, method: 'POST', path, headers }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`Status ${response.statusCode}`));
        response.on('end', resolve).resume();
      });
      sent.on('error', reject).end(body);
    });
  }
}

/** Customers a second. */
async function rateOf(server: Server, bodies: readonly string[]): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
  const began = performance.now();
  await Promise.all(
    Array.from({ length: CALLERS }, (_, caller) =>
      send(
        server,
        agent,
        bodies.filter((_body, at) => at % CALLERS === caller),
      ),
    ),
  );
  agent.destroy();
  return (bodies.length * SIZE * 1000) / (performance.now() - began);
}

const bodiesOf = (round: number): string[] =>
  Array.from({ length: BATCHES }, (_, batch) => {
    const customers = Array.from({ length: SIZE }, (_customer, at) => newCustomer(`batch${round}`, batch * SIZE + at));
    return JSON.stringify({ customers });
  });

async function measureBatches(data: Seeded, generator: Generator): Promise<Finding[]> {
  const server = await startFoyer(data);
  const target = targetOf(server);
  await generator.run({ ...CREATES, target });
  const [creates, made, same, waits]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const seen = await generator.run({ ...CREATES, target });
    creates.push(seen.requests / seen.seconds);
    const bodies = bodiesOf(round);
    for (const rates of [made, same]) {
      let isOver = false;
      const rate = rateOf(server, bodies).finally(() => {
        isOver = true;
      });
      // Only requests made while batches were stored count, so it runs in pieces that are short in comparison.
      while (!isOver) {
        const gets = await generator.run({ ...GETS, target, seconds: 0.25 });
        if (!isOver) waits.push(...gets.latencies);
      }
      rates.push(await rate);
    }
  }
  await server.stop();
  const [single, batched, again] = [median(creates), median(made), median(same)];
  return [
    { what: 'single creates, 32 connections', value: single, unit: '1/s' },
    { what: 'new customers in batches of 1,000', value: batched, unit: '1/s' },
    { what: 'of single creates', value: batched / single, unit: '×', aim: { least: 5 } },
    { what: 'the same again, unchanged', value: again, unit: '1/s' },
    { what: 'of the new', value: again / batched, unit: '×', aim: { least: 2 } },
    { what: 'get meanwhile, p50', value: percentile(waits, 0.5), unit: 'ms' },
    { what: 'get meanwhile, p99', value: percentile(waits, 0.99), unit: 'ms', aim: { most: 20 } },
  ];
}

export async function batchesOf(folder: string, generator: Generator): Promise<SearchPart> {
  const data = await seed(`${folder}/batch.db`, CUSTOMERS);
  return { what: 'Batches, SQLite', findings: await measureBatches(data, generator) };
}

export async function batchesOfPostgres(folder: string, generator: Generator): Promise<SearchPart> {
  const postgres = await startPostgres();
  const data = await seedPostgres(postgres, folder, 'batch', 1, CUSTOMERS);
  const findings = await measureBatches(data, generator);
  await postgres.stop();
  return { what: 'Batches, PostgreSQL', findings };
}
