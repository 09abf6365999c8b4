import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Customer } from '../../sdk/src/index.ts';
import { timesOf } from '../harness/environment.ts';
import { makeInstallation } from '../harness/installation.ts';
import { type FoyerProcess, spawnFoyer } from '../harness/process.ts';
import { randomOf } from '../harness/random.ts';
import { checkRecord } from '../harness/record.ts';
import { makeWriters } from '../harness/writers.ts';

const SEED = 20260422;
/** `DURABILITY_KILLS=50` for a longer run. */
const KILLS = timesOf('DURABILITY_KILLS', 15);
const WRITERS = 32;
/** The service is killed at a random moment within this time of its first acknowledgement. */
const KILL_WITHIN_MS = 200;

test(`what was acknowledged survives ${KILLS} kills (seed ${SEED})`, async (t) => {
  await using installation = await makeInstallation();
  const random = randomOf(SEED);
  const writers = makeWriters(WRITERS, SEED);
  let unsure = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    await using foyer = await spawnFoyer(installation);
    writers.settle(await exportAll(foyer));
    let killed: Promise<void> | undefined;
    await writers.write(
      foyer.sdk,
      () => false,
      () => {
        killed ??= sleep(random.below(KILL_WITHIN_MS)).then(() => void foyer.child.kill('SIGKILL'));
      },
    );
    await killed;
    assert.equal((await foyer.exited).signal, 'SIGKILL');
    unsure += writers.ledger.unsure.size;
  }
  await using foyer = await spawnFoyer(installation);
  writers.settle(await exportAll(foyer));
  const changes = await checkRecord(installation, installation.key.keyId);
  t.diagnostic(`${writers.ledger.acknowledged} acknowledged, ${unsure} in flight at a kill, ${changes} changes`);
  assert.equal(writers.ledger.refused, 0);
  assert(unsure > 0, 'the kills came while writes were in flight');
  assert(changes <= writers.ledger.acknowledged + unsure, 'there are no more changes than writes');
});

async function exportAll({ sdk }: FoyerProcess): Promise<Customer[]> {
  return Array.fromAsync(sdk.exports.customers());
}
