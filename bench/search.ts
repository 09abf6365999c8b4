/** How long a search takes among a million customers, with others running, and what waits for it meanwhile. */

import { statSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { indexPathOf } from '../server/src/db/sqlite/index-file.ts';
import { fold, split } from '../server/src/features/search-index/fold.ts';
import { matchOf } from '../server/src/features/search-index/words/queries.ts';
import type { Generator } from './generator.ts';
import type { Finding } from './large.ts';
import { startPostgres } from './postgres-server.ts';
import { targetOf } from './requests.ts';
import { percentile } from './scenarios.ts';
import { type Typed, typedQueries } from './search-queries.ts';
import { pathOf, type Seeded, type SeededClient, seed } from './seed.ts';
import { seedPostgres } from './seed-postgres.ts';
import { type Server, startFoyer } from './server.ts';

const QUERIES = 200;
const AT_A_TIME = 8;
const ROUNDS = 3;
/** Gets a second beside the searches: enough for a percentile. */
const LIGHT = { scenario: 'get', connections: 8, rate: 200 } as const;
const DEEP_PAGE = 1000;

interface Page {
  readonly nextCursor: string | null;
}

/** Asks a server over persistent connections. */
export class Asker {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: AT_A_TIME });
  readonly #server: Server;
  readonly #client: SeededClient;

  constructor(server: Server, client = server.data.clients[0] as SeededClient) {
    this.#server = server;
    this.#client = client;
  }

  /** The answer and how long it took, in milliseconds. */
  ask(query: Readonly<Record<string, string>>): Promise<{ ms: number; page: Page }> {
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const request = get(
        {
          port: this.#server.port,
          agent: this.#agent,
          path: `/v1/${this.#client.name}/peppered/customer?${new URLSearchParams(query)}`,
          headers: { authorization: this.#client.key },
        },
        (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (piece: string) => {
            body += piece;
          });
          response.on('end', () => {
            if (response.statusCode === 200) resolve({ ms: performance.now() - began, page: JSON.parse(body) });
            else reject(new Error(`${response.statusCode} ${body}`));
          });
        },
      );
      request.on('error', reject);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

export async function measureSearch(server: Server, generator: Generator, aims: { p99: number }): Promise<Finding[]> {
  const asker = new Asker(server);
  const queries = typedQueries(QUERIES, server.data.customers);
  // The first read comes from the disk; a box office asks all day.
  await askAll(asker, queries);
  const took: { kind: string; ms: number }[] = [];
  const quick: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const asking = { isOver: false };
    const gets = getsBeside(server, generator, asking);
    took.push(...(await askAll(asker, queries)));
    asking.isOver = true;
    quick.push(...(await gets));
  }
  const all = took.map(({ ms }) => ms);
  const paging = await measurePaging(asker);
  asker.close();
  return [
    { what: 'search, p50', value: percentile(all, 0.5), unit: 'ms', aim: { most: 8 } },
    { what: 'search, p99', value: percentile(all, 0.99), unit: 'ms', aim: { most: aims.p99 } },
    { what: 'get meanwhile, p99', value: percentile(quick, 0.99), unit: 'ms', aim: { most: 10 } },
    ...paging,
    ...slowest(took),
  ];
}

async function askAll(asker: Asker, queries: readonly Typed[]): Promise<{ kind: string; ms: number }[]> {
  const took: { kind: string; ms: number }[] = [];
  const rest = queries.values();
  const one = async (): Promise<void> => {
    for (const { kind, text } of rest) took.push({ kind, ms: (await asker.ask({ search: text })).ms });
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, one));
  return took;
}

async function getsBeside(server: Server, generator: Generator, asking: { isOver: boolean }): Promise<number[]> {
  const latencies: number[] = [];
  while (!asking.isOver) {
    const seen = await generator.run({ ...LIGHT, target: targetOf(server), seconds: 0.25 });
    latencies.push(...seen.latencies);
  }
  return latencies;
}

/** The list by name, page after page. */
async function measurePaging(asker: Asker): Promise<Finding[]> {
  const times: number[] = [];
  let cursor: string | null = null;
  for (let page = 1; page <= DEEP_PAGE + 20; page += 1) {
    const query: Record<string, string> = cursor === null ? { sort: 'name' } : { sort: 'name', cursor };
    const answer = await asker.ask(query);
    times.push(answer.ms);
    cursor = answer.page.nextCursor;
  }
  const near = percentile(times.slice(1, 21), 0.5);
  const deep = percentile(times.slice(DEEP_PAGE), 0.5);
  return [
    { what: 'page 2', value: near, unit: 'ms' },
    { what: `page ${DEEP_PAGE.toLocaleString('en')}`, value: deep, unit: 'ms' },
  ];
}

/** The kinds of queries by duration, the slowest first. */
function slowest(took: readonly { kind: string; ms: number }[]): Finding[] {
  return Object.entries(Object.groupBy(took, ({ kind }) => kind))
    .map(([kind, all = []]) => ({
      what: `search by ${kind}, p50`,
      value: percentile(
        all.map(({ ms }) => ms),
        0.5,
      ),
      unit: 'ms',
    }))
    .toSorted((a, b) => b.value - a.value);
}

export interface SearchPart {
  readonly what: string;
  readonly findings: readonly Finding[];
}

export async function searchAmong(folder: string, customers: number, generator: Generator): Promise<SearchPart> {
  const data = await seed(`${folder}/search.db`, customers);
  const findings = [...(await measured(data, generator, 40)), bareQuery(data), ...indexCost(data)];
  return { what: `Search among ${customers.toLocaleString('en')} customers, SQLite`, findings };
}

export async function searchAmongPostgres(
  folder: string,
  customers: number,
  generator: Generator,
): Promise<SearchPart> {
  const postgres = await startPostgres();
  const data = await seedPostgres(postgres, folder, 'search', 1, customers);
  const findings = await measured(data, generator, 60);
  await postgres.stop();
  return { what: `Search among ${customers.toLocaleString('en')} customers, PostgreSQL`, findings };
}

async function measured(data: Seeded, generator: Generator, p99: number): Promise<Finding[]> {
  const server = await startFoyer(data);
  const findings = await measureSearch(server, generator, { p99 });
  await server.stop();
  return findings;
}

/** How much disk the tables of the index take, and how long it takes to make them. */
function indexCost(data: Seeded): Finding[] {
  const mib = (path: string): number => statSync(path).size / 2 ** 20;
  return [
    { what: 'room of the index', value: mib(indexPathOf(pathOf(data))), unit: 'MiB', aim: { most: 250 } },
    { what: 'room of all else', value: mib(pathOf(data)), unit: 'MiB' },
    { what: 'making the index, nothing beside it', value: data.indexMs / 1000, unit: 's', aim: { most: 120 } },
  ];
}

/** The ceiling: each query as a count on the full-text table, one after another, without a service. */
function bareQuery(data: Seeded): Finding {
  const db = new DatabaseSync(indexPathOf(pathOf(data)), { readOnly: true });
  const count = db.prepare('select count(*) from customer_word where customer_word match ?');
  const clientId = data.clients[0]?.id ?? 0;
  const took = typedQueries(QUERIES, data.customers).map(({ text }) => {
    const anywhere = (word: string) =>
      ['l', 'f', 'o'].map((place) => matchOf(clientId, place, [word], false)).join(' OR ');
    const match = split(fold(text))
      .map((word) => `(${anywhere(word)})`)
      .join(' AND ');
    const began = performance.now();
    count.get(match);
    return performance.now() - began;
  });
  db.close();
  return { what: 'the bare full-text query, one thread, p50', value: percentile(took, 0.5), unit: 'ms' };
}
