/** Clients on both nodes of a cluster, written and read through two processes while one moves to the other node. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFoyer } from '../../sdk/src/index.ts';
import { createClient } from '../../server/src/features/clients/writes.ts';
import { createKey } from '../../server/src/features/keys/writes.ts';
import { makeCustomers } from '../harness/customers.ts';
import { allScopes } from '../harness/foyer.ts';
import { makeInstallation, type TestInstallation } from '../harness/installation.ts';
import { Poller } from '../harness/poller.ts';
import { type FoyerProcess, spawnFoyer } from '../harness/process.ts';
import { makeWriters } from '../harness/writers.ts';

const CLIENTS = 20;
const WRITERS = 8;
const POLLERS = 4;
const WRITES = 400;
/** The client that moves, by its place in the list: a writer of each process writes for it alone. */
const MOVED = 3;
/** How many customers a large client has here. */
const LARGE = 3000;
/** More clients that get a part of their own: each time statements that are on their way find their part gone. */
const ISOLATED = 4;

async function makeClients(installation: TestInstallation) {
  return installation.withStore(async (store) => {
    const made = [];
    for (let at = 0; at < CLIENTS; at += 1) {
      const name = `c${at}`;
      const clientId = await createClient(store, { name });
      const { key } = await createKey(store, { clientId, scopes: allScopes, label: '', expiresAt: null });
      made.push({ name, clientId, key });
    }
    return made;
  });
}

/**
 * Moves a client, with all that shares its part of the tables, to the other node. Writes wait meanwhile: by logical
 * replication, during which they would not, PostgreSQL fills no table that has row-level security.
 */
async function move(installation: TestInstallation, clientId: number): Promise<void> {
  await installation.rows(`
    select citus_move_shard_placement(p.shardid, p.nodename, p.nodeport, n.nodename, n.nodeport, 'block_writes')
    from pg_dist_shard_placement p, pg_dist_node n
    where p.shardid = get_shard_id_for_distribution_column('client_counter', ${clientId})
      and n.shouldhaveshards and n.nodeport <> p.nodeport`);
}

/** The port of the node of each client. */
async function portsOf(installation: TestInstallation): Promise<Map<number, number>> {
  const rows = await installation.rows(`
    select c.client_id as id, p.nodeport as port from client c
    join pg_dist_shard_placement p on p.shardid = get_shard_id_for_distribution_column('client_counter', c.client_id)`);
  return new Map(rows.map(({ id, port }) => [Number(id), Number(port)]));
}

/** Gives a client a part of the tables of its own. */
async function isolate(installation: TestInstallation, clientId: number): Promise<void> {
  await installation.rows(`
    select isolate_tenant_to_new_shard(
      'client_counter', ${clientId}, 'CASCADE', shard_transfer_mode := 'block_writes')`);
}

/**
 * Moves a client while all are written and polled through two processes, and sees that nothing was lost; returns which
 * clients are on another node now, and which is the one that was to move.
 */
async function moveUnderLoad(
  t: TestContext,
  customers: number,
  work: (installation: TestInstallation, clientId: number) => Promise<void>,
): Promise<{ movedId: number; elsewhere: number[] }> {
  await using installation = await makeInstallation();
  const clients = await makeClients(installation);
  const movedId = clients[MOVED]?.clientId as number;
  const people = Array.from({ length: customers }, (_, at) => ({
    email: `early-${at}@x.nl`,
    customerFirstName: 'Jan',
    customerLastName: 'Pas',
  }));
  await installation.withStore((store) => makeCustomers(store, movedId, people));
  await using first = await spawnFoyer(installation);
  await using second = await spawnFoyer(installation);
  const sideOf = ({ url }: FoyerProcess, side: number) =>
    clients.map(({ name, key }, at) => ({
      sdk: createFoyer({ baseUrl: url, client: name, key, retries: 0 }),
      writers: makeWriters(1, 100 * side + at, `p${side}-`),
    }));
  const sides = [sideOf(first, 0), sideOf(second, 1)] as const;
  let acknowledged = 0;
  let slowestMs = 0;
  let isOver = false;
  const writing = sides.flatMap((side) =>
    Array.from({ length: WRITERS }, async (_, writer) => {
      const mine = side.filter((_, at) => (at === MOVED ? writer === 0 : writer === 1 + (at % (WRITERS - 1))));
      for (let turn = writer; !isOver; turn += 1) {
        const { sdk, writers } = mine[turn % mine.length] as (typeof mine)[number];
        const began = performance.now();
        let count = 0;
        const isDone = () => isOver || count > 0;
        await writers.write(sdk, isDone, () => {
          count += 1;
          acknowledged += 1;
        });
        slowestMs = Math.max(slowestMs, performance.now() - began);
      }
    }),
  );
  const pollers = sides[0].map(({ sdk }, at) => new Poller((at % 2 === 0 ? sdk : sides[1][at]?.sdk) ?? sdk));
  const polling = Array.from({ length: POLLERS }, async (_, poller) => {
    const mine = pollers.filter((_, at) => at % POLLERS === poller);
    while (!isOver) for (const one of mine) await one.poll(poller < 2 ? 7 : undefined);
  });

  const before = await portsOf(installation);
  try {
    while (acknowledged < WRITES / 4) await sleep(10);
    const began = performance.now();
    await work(installation, movedId);
    t.diagnostic(`done within ${Math.round(performance.now() - began)} ms, ${acknowledged} writes so far`);
    while (acknowledged < WRITES) await sleep(10);
  } finally {
    isOver = true;
  }
  await Promise.all([...writing, ...polling]);

  let refused = 0;
  for (const [at, poller] of pollers.entries()) {
    await poller.poll();
    for (const [side, ofSide] of sides.entries()) {
      const { sdk, writers } = ofSide[at] as (typeof ofSide)[number];
      const table = await Array.fromAsync(sdk.exports.customers());
      assert.deepEqual(poller.mirror, new Map(table.map((customer) => [customer.customerId, customer])));
      writers.settle(table.filter(({ email }) => email.startsWith(`p${side}-`)));
      refused += writers.ledger.refused;
    }
  }
  t.diagnostic(`${acknowledged} acknowledged, ${refused} refused, the slowest write took ${Math.round(slowestMs)} ms`);
  const after = await portsOf(installation);
  const elsewhere = [...after.keys()].filter((clientId) => after.get(clientId) !== before.get(clientId));
  return { movedId, elsewhere };
}

test('pollers of either process miss nothing, also of a client that moves', async (t) => {
  const { movedId, elsewhere } = await moveUnderLoad(t, 0, move);
  assert(elsewhere.includes(movedId));
});

test('nor of a large client that gets a part of its own, and moves alone', async (t) => {
  const { movedId, elsewhere } = await moveUnderLoad(t, LARGE, async (installation, clientId) => {
    for (let id = clientId; id <= clientId + ISOLATED; id += 1) {
      const began = performance.now();
      await isolate(installation, id);
      t.diagnostic(`isolated within ${Math.round(performance.now() - began)} ms`);
    }
    // What is left of the old parts goes first: the move would wait for it, and whoever uses it may wait for the move.
    await installation.rows('call citus_cleanup_orphaned_resources()');
    await move(installation, clientId);
  });
  assert.deepEqual(elsewhere, [movedId]);
});
