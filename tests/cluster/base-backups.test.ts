/** Base backups of all servers of a cluster under load, and all of them put back to one point in time. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFoyer } from '../../sdk/src/index.ts';
import { createClient } from '../../server/src/features/clients/writes.ts';
import { createKey } from '../../server/src/features/keys/writes.ts';
import { type Cluster, startCluster } from '../harness/citus.ts';
import { runFoyer } from '../harness/command.ts';
import { allScopes } from '../harness/foyer.ts';
import { makeInstallation, type TestInstallation } from '../harness/installation.ts';
import { type FoyerProcess, spawnFoyer } from '../harness/process.ts';
import { useServer } from '../harness/template.ts';

const CLIENTS = 6;
const POINT = 'before-update';

let cluster: Cluster;
before(async () => {
  cluster = await startCluster({ isDurable: true, hasArchive: true });
  const [coordinator, ...workers] = cluster.nodes.map(({ url }) => url);
  await useServer(coordinator as string, ...workers);
});
after(() => cluster[Symbol.asyncDispose]());

/** A client that makes customers all the time, until it is stopped. */
class Writer {
  readonly name: string;
  readonly clientId: number;
  readonly #key: string;
  /** The customers that were answered, each with when the request was sent and when it was answered. */
  readonly made: { customerId: number; sent: number; answered: number }[] = [];

  constructor(name: string, clientId: number, key: string) {
    this.name = name;
    this.clientId = clientId;
    this.#key = key;
  }

  sdk({ url }: FoyerProcess) {
    return createFoyer({ baseUrl: url, client: this.name, key: this.#key, retries: 0 });
  }

  async run(foyer: FoyerProcess, isOver: () => boolean): Promise<void> {
    const { customers } = this.sdk(foyer);
    while (!isOver()) {
      const sent = performance.now();
      const person = { email: `v${this.made.length}@x.nl`, customerFirstName: 'Jan', customerLastName: 'Pas' };
      const { customerId } = await customers.create(person);
      this.made.push({ customerId, sent, answered: performance.now() });
    }
  }

  /** The status of the feed after a change. */
  async feed({ url }: FoyerProcess, number: number): Promise<number> {
    const headers = { authorization: this.#key };
    return (await fetch(`${url}/v1/${this.name}/peppered/change?after=${number}`, { headers })).status;
  }
}

async function makeWriters({ withStore }: TestInstallation): Promise<Writer[]> {
  return withStore(async (store) => {
    const writers = [];
    for (let at = 0; at < CLIENTS; at += 1) {
      const name = `c${at}`;
      const clientId = await createClient(store, { name });
      const { key } = await createKey(store, { clientId, scopes: allScopes, label: '', expiresAt: null });
      writers.push(new Writer(name, clientId, key));
    }
    return writers;
  });
}

test('what was answered before the point is there, and what was asked after it is not', async (t) => {
  await using installation = await makeInstallation();
  const writers = await makeWriters(installation);
  let [began, ended] = [0, 0];
  {
    await using foyer = await spawnFoyer(installation);
    let isOver = false;
    const writing = Promise.all(writers.map((writer) => writer.run(foyer, () => isOver)));
    for (const node of cluster.nodes) await node.backUp();
    began = performance.now();
    await installation.rows(`select citus_create_restore_point('${POINT}')`);
    ended = performance.now();
    await sleep(500);
    isOver = true;
    await writing;
  }
  for (const node of cluster.nodes.toReversed()) await node.restore(POINT);

  const put = await runFoyer(['restore', '--in-place'], installation.environment);
  assert.equal(put.code, 0, put.stderr);
  await using foyer = await spawnFoyer(installation);
  for (const writer of writers) {
    const sdk = writer.sdk(foyer);
    const there = new Set((await Array.fromAsync(sdk.exports.customers())).map(({ customerId }) => customerId));
    const { made } = writer;
    t.diagnostic(`${made.length} customers made, ${there.size} put back`);
    const [early, late] = [made.filter(({ answered }) => answered < began), made.filter(({ sent }) => sent > ended)];
    assert(early.length > 0 && late.length > 0);
    assert(early.every(({ customerId }) => there.has(customerId)));
    assert(!late.some(({ customerId }) => there.has(customerId)));
    // Each has made one change.
    assert.equal(await writer.feed(foyer, there.size), 200, 'who has read as far as the point goes on');
    assert.equal(await writer.feed(foyer, made.length), 410, 'who was ahead is told so');
    const next = await sdk.customers.create({ email: 'new@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' });
    assert.equal(next.customerId, there.size + 1);
  }
});
