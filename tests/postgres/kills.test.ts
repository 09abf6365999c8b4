/** Processes and servers that die in the middle: what was acknowledged is there, once. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Customer } from '../../sdk/src/index.ts';
import { timesOf } from '../harness/environment.ts';
import { makeInstallation } from '../harness/installation.ts';
import { type FoyerProcess, spawnFoyer } from '../harness/process.ts';
import { randomOf } from '../harness/random.ts';
import { checkRecord } from '../harness/record.ts';
import { type Server, startServer } from '../harness/server.ts';
import { useServer } from '../harness/template.ts';
import { makeWriters } from '../harness/writers.ts';

const SEED = 30;
/** `DURABILITY_KILLS=30` for a longer run. */
const KILLS = timesOf('DURABILITY_KILLS', 10);
const RESTARTS = 6;
const WRITERS = 16;
/** It must write again within 5 s of the server's return. Counted in turns, which take longer on a busy machine. */
const PAUSE_MS = 10;
const TURNS = 5000 / PAUSE_MS;

let server: Server;
before(async () => {
  // A server of its own: others would notice the restarts.
  server = await startServer();
  await useServer(server.url);
});
after(() => server.stop());

const exportAll = ({ sdk }: FoyerProcess): Promise<Customer[]> => Array.fromAsync(sdk.exports.customers());

test(`${KILLS} times one of two processes is killed, and the other goes on (seed ${SEED})`, async (t) => {
  await using installation = await makeInstallation();
  await using lasting = await spawnFoyer(installation);
  const random = randomOf(SEED);
  const writers = [makeWriters(WRITERS, SEED, 'a'), makeWriters(WRITERS, SEED + 500, 'b')] as const;
  let unsure = 0;
  const own = (customers: readonly Customer[], prefix: string) =>
    customers.filter(({ email }) => email.startsWith(prefix));
  for (let kill = 0; kill < KILLS; kill += 1) {
    await using doomed = await spawnFoyer(installation);
    let isOver = false;
    const went = writers[0].write(lasting.sdk, () => isOver);
    let killed: Promise<void> | undefined;
    await writers[1].write(
      doomed.sdk,
      () => false,
      () => {
        killed ??= sleep(random.below(150)).then(() => void doomed.child.kill('SIGKILL'));
      },
    );
    await killed;
    isOver = true;
    await went;
    unsure += writers[1].ledger.unsure.size;
    const customers = await exportAll(lasting);
    writers[0].settle(own(customers, 'a'));
    writers[1].settle(own(customers, 'b'));
  }
  const acknowledged = writers[0].ledger.acknowledged + writers[1].ledger.acknowledged;
  const changes = await checkRecord(installation, installation.key.keyId);
  t.diagnostic(`${acknowledged} acknowledged, ${unsure} in flight at a kill, ${changes} changes`);
  assert.equal(writers[0].ledger.refused, 0, 'the other refused nothing');
  assert(unsure > 0, 'the kills came while writes were in flight');
  assert(changes <= acknowledged + unsure, 'nothing was done twice');
});

test(`${RESTARTS} times the server breaks off and recovers, and the service with it`, async (t) => {
  await using installation = await makeInstallation();
  await using foyer = await spawnFoyer(installation);
  const writers = makeWriters(WRITERS, SEED + 1000, 'c');
  const heals: number[] = [];
  let unsure = 0;
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    let isOver = false;
    let last = 0;
    const writing = writers.write(
      foyer.sdk,
      () => isOver,
      () => {
        last = performance.now();
      },
    );
    await sleep(300);
    await server.restart();
    const since = performance.now();
    for (let turns = 0; last < since; turns += 1) {
      assert(turns < TURNS, 'nothing is written though the server is back');
      await sleep(PAUSE_MS);
    }
    heals.push(Math.round(last - since));
    isOver = true;
    await writing;
    unsure += writers.ledger.unsure.size;
    writers.settle(await exportAll(foyer));
  }
  const changes = await checkRecord(installation, installation.key.keyId);
  const { acknowledged, refused } = writers.ledger;
  t.diagnostic(
    `${acknowledged} acknowledged, ${refused} refused, ${unsure} unknown, ${changes} changes; well after ${heals} ms`,
  );
  assert(changes <= acknowledged + unsure, 'nothing was done twice');
});
