/**
 * What a client that asks for as much as it can does to another: the other's searches and gets, alone and beside the
 * attack.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../server/src/config.ts';
import { connect } from '../server/src/db/connect.ts';
import { Store } from '../server/src/db/store.ts';
import { defaultScopes } from '../server/src/features/keys/rules.ts';
import { createKey } from '../server/src/features/keys/writes.ts';
import type { Flood } from './flood.ts';
import type { Generator } from './generator.ts';
import type { Finding } from './large.ts';
import type { Readers } from './readers.ts';
import { median, percentile } from './scenarios.ts';
import { Asker, type SearchPart } from './search.ts';
import { typedQueries } from './search-queries.ts';
import { type SeededClient, seed } from './seed.ts';
import { type Server, startFoyer } from './server.ts';

/** Sixteen words, each mistyped so that corrections are searched for. */
const WORST = [
  'jansne bakkre vissre hendirks vermeuln brouwre dekekr hoekstar kuiprs scholetn ' +
    'vereoven molenaa timmermna kuiperss postmaa gerritsne',
  'zandhoeekn brinkmanhuiss veldhuizne waterbroke nieuwkampe kerkdijkne oosterhoff middelburgg schoonhovne noordwikj',
];
const SEARCHES = 200;
const CONNECTIONS = 150;
const READERS = 3000;
const READERS_OF_A_KEY = 100;
const WRITERS = 16;
/** How often each is looked at; the median counts. */
const LOOKS = 5;
const GETS = { scenario: 'get', connections: 8, rate: 200, seconds: 3 } as const;

interface Seen {
  readonly search: number;
  readonly get: number;
}

const base = ({ name }: SeededClient): string => `/v1/${name}/peppered`;

function flood(options: Flood): ChildProcess {
  const child = fork(fileURLToPath(new URL('flood.ts', import.meta.url)));
  child.send(options);
  return child;
}

/** The medians of the 99th percentiles of what a client sees. */
async function look(server: Server, client: SeededClient, generator: Generator): Promise<Seen> {
  const seen: Seen[] = [];
  while (seen.length < LOOKS) seen.push(await lookOnce(server, client, generator));
  return { search: median(seen.map(({ search }) => search)), get: median(seen.map(({ get }) => get)) };
}

async function lookOnce(server: Server, client: SeededClient, generator: Generator): Promise<Seen> {
  const asker = new Asker(server, client);
  const searches: number[] = [];
  const searching = (async () => {
    for (const { text } of typedQueries(SEARCHES, server.data.customers)) {
      searches.push((await asker.ask({ search: text })).ms);
    }
  })();
  const { port, data } = server;
  const { latencies } = await generator.run({
    ...GETS,
    target: { port, clients: [client], customers: data.customers },
  });
  await searching;
  asker.close();
  return { search: percentile(searches, 0.99), get: percentile(latencies, 0.99) };
}

/** Readers of events, so many for each key that none is refused. */
async function startReaders({ data, port }: Server, client: SeededClient): Promise<ChildProcess> {
  const store = new Store(await connect(readConfig({ DATABASE_URL: data.url }).database));
  const options = { clientId: client.id, scopes: defaultScopes, label: 'readers', expiresAt: null };
  const keys: string[] = [];
  for (let made = 0; made < READERS; made += READERS_OF_A_KEY) keys.push((await createKey(store, options)).key);
  await store.close();
  const child = fork(fileURLToPath(new URL('readers.ts', import.meta.url)));
  const path = `${base(client)}/change?after=now`;
  child.send({ port, path, keys, readersOfKey: READERS_OF_A_KEY } satisfies Readers);
  await once(child, 'message');
  return child;
}

export async function attackOn(folder: string, customers: number, generator: Generator): Promise<SearchPart> {
  const data = await seed(`${folder}/attack.db`, customers, 2);
  const server = await startFoyer(data);
  const [attacker, victim] = data.clients as [SeededClient, SeededClient];
  await look(server, victim, generator);
  const alone = await look(server, victim, generator);

  const headers = { authorization: attacker.key };
  const paths = WORST.map((text) => `${base(attacker)}/customer?search=${encodeURIComponent(text)}`);
  const searches = flood({ port: server.port, connections: CONNECTIONS, headers, method: 'GET', paths });
  await sleep(1000);
  const attacked = await look(server, victim, generator);
  searches.disconnect();

  const readers = await startReaders(server, attacker);
  const writes = flood({
    port: server.port,
    connections: WRITERS,
    headers: { ...headers, 'content-type': 'application/json' },
    method: 'PUT',
    paths: Array.from({ length: 500 }, (_, at) => `${base(attacker)}/customer/${1 + at}`),
    body: '{"customerCity":"Stad #"}',
  });
  await sleep(1000);
  const beside = await look(server, victim, generator);
  writes.disconnect();
  readers.disconnect();
  await server.stop();
  return {
    what: `A client beside another that asks for all it can, ${customers.toLocaleString('en')} customers each, SQLite`,
    findings: findingsOf(alone, attacked, beside),
  };
}

function findingsOf(alone: Seen, attacked: Seen, beside: Seen): Finding[] {
  const of = (what: string, { search, get }: Seen): Finding[] => [
    { what: `search ${what}, p99, of alone`, value: search / alone.search, unit: '×', aim: { most: 5 } },
    { what: `get ${what}, p99`, value: get, unit: 'ms', aim: { most: 20 } },
  ];
  return [
    { what: 'search alone, p99', value: alone.search, unit: 'ms' },
    { what: 'get alone, p99', value: alone.get, unit: 'ms' },
    ...of(`beside ${CONNECTIONS} connections of the worst searches`, attacked),
    ...of(`beside ${READERS} readers and ${WRITERS} writers`, beside),
  ];
}
