/** How long a search takes among a million customers, with others at it, and what waits for it meanwhile. */
import { Agent, get } from 'node:http';
import type { Generator } from './generator.ts';
import type { Finding } from './large.ts';
import { targetOf } from './requests.ts';
import { percentile } from './scenarios.ts';
import { type Typed, typedQueries } from './search-queries.ts';
import type { SeededClient } from './seed.ts';
import type { Server } from './server.ts';

const QUERIES = 200;
const AT_A_TIME = 8;
const ROUNDS = 3;
/** Gets a second beside the searches: enough for a percentile. */
const LIGHT = { scenario: 'get', connections: 8, rate: 200 } as const;
const DEEP_PAGE = 1000;

interface Page {
  readonly nextCursor: string | null;
}

/** Asks a server with connections that stay open. */
class Asker {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: AT_A_TIME });
  readonly #server: Server;
  readonly #client: SeededClient;

  constructor(server: Server) {
    this.#server = server;
    this.#client = server.data.clients[0] as SeededClient;
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
  // What is read for the first time comes from the disk; a box office asks all day.
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

/** The kinds of queries by how long they take, the slowest first. */
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
