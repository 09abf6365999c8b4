/**
 * What the limit of a key costs a get, and what a flood costs others: the gets of another key, alone and beside the
 * flood.
 */
import { fork } from 'node:child_process';
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
import { targetOf } from './requests.ts';
import { inTurns, percentile, type Rounds } from './scenarios.ts';
import type { SearchPart } from './search.ts';
import { type SeededClient, seedTwins, type Twins } from './seed.ts';
import { startFoyer } from './server.ts';

const RATE = '500';
/** A limit that is counted, but refuses nothing. */
const HIGH_RATE = '1000000';
const CONNECTIONS = 64;
const GETS = { scenario: 'get', connections: 8, rate: 200, seconds: 5 } as const;
const ROUNDS = 3;

/** The same requests to the service without a limit and with one, in turns. */
async function costOf(data: Twins, generator: Generator, rounds: Rounds): Promise<Finding[]> {
  const without = await startFoyer(data.ceiling);
  const limited = await startFoyer(data.foyer, { RATE_LIMIT: HIGH_RATE });
  const { first, second, ratio } = await inTurns([without, limited], generator, 'get', rounds);
  await Promise.all([without.stop(), limited.stop()]);
  return [
    { what: 'get without a limit', value: first.speed, unit: '1/s' },
    { what: 'get with one', value: ratio, unit: '×', aim: { least: 0.97 } },
    { what: 'processor time of a get without', value: first.cpuMicroseconds, unit: 'µs' },
    { what: 'processor time of a get with', value: second.cpuMicroseconds, unit: 'µs' },
  ];
}

async function anotherKey(url: string, { id }: SeededClient): Promise<string> {
  const store = new Store(await connect(readConfig({ DATABASE_URL: url }).database));
  const { key } = await createKey(store, { clientId: id, scopes: defaultScopes, label: 'flood', expiresAt: null });
  await store.close();
  return key;
}

/** The 99th percentile of a get of one key: alone, and while another asks as fast as it can. */
async function besideFlood(data: Twins, generator: Generator): Promise<Finding[]> {
  const [client] = data.foyer.clients as [SeededClient];
  const key = await anotherKey(data.foyer.url, client);
  const server = await startFoyer(data.foyer, { RATE_LIMIT: RATE });
  const target = targetOf(server);
  const look = async () => percentile((await generator.run({ ...GETS, target })).latencies, 0.99);
  await look();
  const [alone, beside]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    alone.push(await look());
    const child = fork(fileURLToPath(new URL('flood.ts', import.meta.url)));
    const paths = [`/v1/${client.name}/peppered/customer/1`];
    const headers = { authorization: key };
    child.send({ port: server.port, connections: CONNECTIONS, headers, method: 'GET', paths } satisfies Flood);
    await sleep(1000);
    beside.push(await look());
    const ended = once(child, 'exit');
    child.disconnect();
    await ended;
  }
  await server.stop();
  const [idle, flooded] = [Math.min(...alone), Math.min(...beside)];
  return [
    { what: `get alone, ${GETS.rate}/s, p99, best of ${ROUNDS}`, value: idle, unit: 'ms' },
    { what: `beside ${CONNECTIONS} connections of a key with ${RATE}/s`, value: flooded, unit: 'ms' },
    { what: 'of alone', value: flooded / idle, unit: '×', aim: { most: 2 } },
  ];
}

export async function limitsOf(
  folder: string,
  customers: number,
  generator: Generator,
  rounds: Rounds,
): Promise<SearchPart> {
  const data = await seedTwins(folder, customers);
  const findings = [...(await costOf(data, generator, rounds)), ...(await besideFlood(data, generator))];
  return { what: `Limits of keys, ${customers.toLocaleString('en')} customers, SQLite`, findings };
}
