/** The example in docs/examples: it is run as it is, killed, and compared with the customers. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { killed } from '../harness/command.ts';
import { childEnvironment } from '../harness/environment.ts';
import { startFoyer } from '../harness/foyer.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the mirror of the documentation survives kills, and ends as the customers stand', async () => {
  await using foyer = await startFoyer();
  const key = await foyer.client();
  const { customers } = foyer.sdk(key);
  const folder = await mkdtemp(join(tmpdir(), 'foyer-mirror-'));
  // As in a project that has installed `@foyer/sdk`.
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await cp(join(root, 'docs/examples/mirror.mjs'), join(folder, 'mirror.mjs'));
  const env = childEnvironment({ FOYER_URL: foyer.url, FOYER_CLIENT: key.client, FOYER_KEY: key.key });
  const start = (): ChildProcess => spawn(process.execPath, ['mirror.mjs'], { cwd: folder, env, stdio: 'inherit' });
  let child = start();
  try {
    for (let at = 1; at <= 120; at += 1) {
      const person = { email: `c${at}@x.nl`, customerFirstName: 'J"an', customerLastName: 'Pas, jr.' };
      await customers.create(person);
      await customers.update({ customerId: 1 + (at % Math.min(at, 7)), customerCity: `City ${at}` });
      if (at % 30 !== 0) continue;
      await killed(child);
      child = start();
    }
    const all = await Array.fromAsync(customers.list({ sort: 'customerId' }));
    const cells = all.map(({ customerId, email, customerFirstName, customerLastName, customerCity, lastChanged }) =>
      [String(customerId), email, customerFirstName, customerLastName, customerCity, lastChanged]
        .map((cell) => `"${cell.replaceAll('"', '""')}"`)
        .join(','),
    );
    const mirrored = async (): Promise<string[]> =>
      (await readFile(join(folder, 'customers.csv'), 'utf8').catch(() => '')).split('\n').slice(1, -2);
    const byId = (lines: readonly string[]) => [...lines].sort();
    while (byId(await mirrored()).join() !== byId(cells).join()) {
      assert.equal(child.exitCode, null, 'the mirror still runs');
      await sleep(50);
    }
  } finally {
    await killed(child);
    await rm(folder, { recursive: true, force: true });
  }
});
