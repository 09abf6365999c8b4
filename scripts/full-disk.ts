/**
 * Fills the disk under a running service, and frees it again: `npm run check:full-disk`.
 *
 * It mounts a small file system in memory, so it needs Linux and the right to mount (root); that is why it is not part
 * of `npm test`. It prints what it saw, and exits with 1 if a promise was broken: while the disk is full, writes are
 * refused with 503 and reads go on; afterwards writes work again, and nothing that was acknowledged is lost.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Customer } from '../sdk/src/index.ts';
import { makeInstallation } from '../tests/harness/installation.ts';
import { type FoyerProcess, spawnFoyer } from '../tests/harness/process.ts';
import { assertProblem, rawOf } from '../tests/harness/raw.ts';
import { checkRecord } from '../tests/harness/record.ts';

const SIZE_MIB = 8;
const WRITERS = 32;
/** How many refused writes are enough. */
const REFUSALS = 500;
const MOST_WRITES = 100_000;

const folder = mkdtempSync(join(tmpdir(), 'foyer-full-disk-'));
const acknowledged = new Map<string, number>();
let sent = 0;

const say = (text: string): void => console.log(text);
const freeKib = (): number => {
  const { bavail, bsize } = statfsSync(folder);
  return (bavail * bsize) / 1024;
};

/**
 * Creates customers until `isOver`; returns how many were refused, each of which must be a 503 that says when to try
 * again.
 */
async function create(foyer: FoyerProcess, isOver: (refused: number) => boolean): Promise<number> {
  let refused = 0;
  const writer = async (): Promise<void> => {
    while (!isOver(refused)) {
      sent += 1;
      const person = {
        email: `v${sent}@x.nl`,
        customerFirstName: 'Jan',
        customerLastName: 'a'.repeat(1 + (sent % 255)),
      };
      const headers = { 'content-type': 'application/json' };
      const answer = await rawOf(
        await foyer.fetch('/customer', { method: 'POST', headers, body: JSON.stringify(person) }),
      );
      if (answer.status === 201) {
        acknowledged.set(person.email, JSON.parse(answer.body).customerId);
      } else {
        assertProblem(answer, 503);
        assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
        refused += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return refused;
}

/** Reads everything, and checks that it is exactly what was acknowledged. */
async function checkAll(foyer: FoyerProcess): Promise<void> {
  const found: Customer[] = await Array.fromAsync(foyer.sdk.exports.customers());
  assert.deepEqual(new Map(found.map(({ email, customerId }) => [email, customerId])), acknowledged);
  assert.equal((await foyer.sdk.customers.get({ customerId: 1 })).customerId, 1);
}

async function fillByWriting(foyer: FoyerProcess): Promise<void> {
  const refused = await create(foyer, (count) => count >= REFUSALS || sent >= MOST_WRITES);
  assert(refused >= REFUSALS, `the disk did not fill up in ${sent} writes`);
  say(`full: ${acknowledged.size} writes acknowledged, ${refused} refused with 503, ${freeKib()} KiB free`);
  await checkAll(foyer);
  say('reads go on, and give what was acknowledged');
}

/** Leaves `KiB` free, by a file of our own. */
function takeAllBut(kib: number): void {
  writeFileSync(join(folder, 'ballast'), Buffer.alloc((freeKib() - kib) * 1024));
}

async function run(): Promise<void> {
  // Temporary folders are made on the small disk.
  process.env.TMPDIR = folder;
  await using installation = await makeInstallation('sqlite');
  await using foyer = await spawnFoyer(installation);
  for (const room of [2048, 512, 0]) {
    await create(foyer, () => acknowledged.size >= 1000);
    takeAllBut(room);
    say(`\nanother file leaves ${freeKib()} KiB`);
    await fillByWriting(foyer);
    rmSync(join(folder, 'ballast'));
    const before = acknowledged.size;
    const refused = await create(foyer, () => acknowledged.size >= before + 200);
    await checkAll(foyer);
    say(`freed: 200 more writes acknowledged, ${refused} refused`);
  }
  takeAllBut(0);
  await create(foyer, (refused) => refused > 50);
  foyer.child.kill('SIGKILL');
  await foyer.exited;
  rmSync(join(folder, 'ballast'));
  await using again = await spawnFoyer(installation);
  await checkAll(again);
  say(`\nkilled while full, freed and started again: ${acknowledged.size} customers are there`);
  again.child.kill('SIGTERM');
  assert.equal((await again.exited).code, 0);
  await checkRecord(installation, installation.key.keyId);
  say('the record has no gap, no repeat, and its counters agree');
}

execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MIB}m`, 'tmpfs', folder]);
try {
  await run();
} finally {
  execFileSync('umount', [folder]);
  rmdirSync(folder);
}
