/**
 * Nodes of a cluster that go down under load: what was acknowledged is stored, what was refused is not, and others go
 * on.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFoyer, type Foyer, FoyerError } from '../../sdk/src/index.ts';
import { createClient } from '../../server/src/features/clients/writes.ts';
import { createKey } from '../../server/src/features/keys/writes.ts';
import { type Cluster, type ClusterNode, startCluster } from '../harness/citus.ts';
import { allScopes } from '../harness/foyer.ts';
import { makeInstallation, type TestInstallation } from '../harness/installation.ts';
import { type FoyerProcess, spawnFoyer } from '../harness/process.ts';
import { useServer } from '../harness/template.ts';

const CLIENTS = 6;
/** For each client. */
const READERS = 4;
const PAUSE_MS = 20;
const UP_MS = 1500;
const DOWN_MS = 3000;

let cluster: Cluster;
before(async () => {
  cluster = await startCluster({ isDurable: true });
  const [coordinator, ...workers] = cluster.nodes.map(({ url }) => url);
  await useServer(coordinator as string, ...workers);
});
after(() => cluster[Symbol.asyncDispose]());

/** A client that writes and reads all the time, and what was said to it. */
class Writer {
  readonly clientId: number;
  readonly port: number;
  readonly stored: string[] = [];
  readonly refused: string[] = [];
  unknown = 0;
  reads = 0;
  refusedReads = 0;
  slowestMs = 0;
  /** When a write succeeded last. */
  lastAt = 0;
  readonly #key: string;
  #count = 0;

  constructor(clientId: number, key: string, port: number) {
    this.clientId = clientId;
    this.#key = key;
    this.port = port;
  }

  async run({ url }: FoyerProcess, isOver: () => boolean): Promise<void> {
    const foyer = createFoyer({ baseUrl: url, client: `c${this.clientId}`, key: this.#key, retries: 0 });
    await foyer.customers.create({ email: 'first@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' });
    this.stored.push('first@x.nl');
    const reading = Array.from({ length: READERS }, () => this.#read(foyer, isOver));
    await Promise.all([this.#write(foyer, isOver), ...reading]);
  }

  async #read({ customers }: Foyer, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const began = performance.now();
      try {
        await customers.get({ customerId: 1 });
        this.reads += 1;
      } catch (error) {
        if (!(error instanceof FoyerError) || error.code !== 'unavailable') throw error;
        this.refusedReads += 1;
        await sleep(PAUSE_MS);
      }
      this.slowestMs = Math.max(this.slowestMs, performance.now() - began);
    }
  }

  async #write({ customers }: Foyer, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      this.#count += 1;
      const email = `v${this.#count}@x.nl`;
      const began = performance.now();
      try {
        await customers.create({ email, customerFirstName: 'Jan', customerLastName: 'Pas' });
        this.stored.push(email);
        this.lastAt = performance.now();
      } catch (error) {
        if (!(error instanceof FoyerError)) throw error;
        if (error.code === 'unavailable') this.refused.push(email);
        else {
          assert.match(error.message, /not known whether/);
          this.unknown += 1;
        }
        await sleep(PAUSE_MS);
      }
      this.slowestMs = Math.max(this.slowestMs, performance.now() - began);
    }
  }
}

async function makeWriters(installation: TestInstallation): Promise<Writer[]> {
  const made = await installation.withStore(async (store) => {
    const all = [];
    for (let at = 0; at < CLIENTS; at += 1) {
      const clientId = await createClient(store, { name: `c${at + 2}` });
      const { key } = await createKey(store, { clientId, scopes: allScopes, label: '', expiresAt: null });
      all.push({ clientId, key });
    }
    return all;
  });
  return Promise.all(
    made.map(async ({ clientId, key }) => {
      const [place] = await installation.rows(
        `select nodeport from pg_dist_shard_placement
         where shardid = get_shard_id_for_distribution_column('client_counter', ${clientId})`,
      );
      return new Writer(clientId, key, Number(place?.nodeport));
    }),
  );
}

async function killUnderLoad(node: ClusterNode, say: (text: string) => void, isCoordinator: boolean): Promise<void> {
  await using installation = await makeInstallation();
  const writers = await makeWriters(installation);
  await using foyer = await spawnFoyer(installation);
  let isOver = false;
  const running = Promise.all(writers.map((writer) => writer.run(foyer, () => isOver)));
  await sleep(UP_MS);
  await node.kill();
  await sleep(DOWN_MS);
  await node.start();
  const back = performance.now();
  while (writers.some(({ lastAt }) => lastAt < back)) await sleep(10);
  const againMs = Math.max(...writers.map(({ lastAt }) => lastAt)) - back;
  await sleep(UP_MS);
  isOver = true;
  await running;

  for (const { clientId, stored, refused } of writers) {
    const rows = await installation.rows(`select email from customer where client_id = ${clientId}`);
    const emails = rows.map(({ email }) => String(email));
    const there = new Set(emails);
    assert.equal(there.size, emails.length, 'nothing is done twice');
    assert.deepEqual(
      stored.filter((email) => !there.has(email)),
      [],
      'what was acknowledged is stored',
    );
    assert.deepEqual(
      refused.filter((email) => there.has(email)),
      [],
      'what was refused is not',
    );
  }
  const hit = writers.filter(({ port }) => isCoordinator || port === node.port);
  const others = writers.filter((writer) => !hit.includes(writer));
  for (const { refused, refusedReads, unknown } of others)
    assert.deepEqual([refused.length, refusedReads, unknown], [0, 0, 0], 'others go on');
  const sum = (all: Writer[], of: (writer: Writer) => number) => all.reduce((total, writer) => total + of(writer), 0);
  const slowest = (all: Writer[]) => Math.round(Math.max(0, ...all.map(({ slowestMs }) => slowestMs)));
  say(
    `hit: ${hit.length} clients, ${sum(hit, (w) => w.stored.length)} stored, ` +
      `${sum(hit, (w) => w.refused.length)} refused, ${sum(hit, (w) => w.unknown)} not known, ` +
      `${sum(hit, (w) => w.reads)} read, ${sum(hit, (w) => w.refusedReads)} reads refused, ` +
      `slowest answer ${slowest(hit)} ms; all wrote again within ${Math.round(againMs)} ms`,
  );
  say(
    `others: ${others.length} clients, ${sum(others, (w) => w.stored.length)} stored, ` +
      `${sum(others, (w) => w.reads)} read, slowest ${slowest(others)} ms`,
  );
}

test('a node of clients that is killed', (t) =>
  killUnderLoad(cluster.nodes[1] as ClusterNode, (text) => t.diagnostic(text), false));

test('the coordinator that is killed', (t) =>
  killUnderLoad(cluster.nodes[0] as ClusterNode, (text) => t.diagnostic(text), true));
