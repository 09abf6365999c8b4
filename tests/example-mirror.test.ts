/** The example of docs/examples: it is run as it stands, killed, and compared with the customers. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './harness/environment.ts';
import { startFoyer } from './harness/foyer.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

test('the mirror of the documentation survives kills, and ends as the customers stand', async () => {
  await using foyer = await startFoyer();
  const key = await foyer.client();
  const { customers } = foyer.sdk(key);
  // Below node_modules, so that `@foyer/sdk` is found as in a project that has installed it.
  await mkdir(join(root, 'node_modules', '.cache'), { recursive: true });
  const folder = await mkdtemp(join(root, 'node_modules', '.cache', 'mirror-'));
  await cp(join(root, 'docs/examples/mirror.mjs'), join(folder, 'mirror.mjs'));
  const env = childEnvironment({ FOYER_URL: foyer.url, FOYER_CLIENT: key.client, FOYER_KEY: key.key });
  const start = (): ChildProcess => spawn(process.execPath, ['mirror.mjs'], { cwd: folder, env, stdio: 'inherit' });
  const kill = async (child: ChildProcess): Promise<void> => {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  let child = start();
  try {
    for (let at = 1; at <= 120; at += 1) {
      const person = { email: `c${at}@x.nl`, customerFirstName: 'J"an', customerLastName: 'Pas, jr.' };
      await customers.create(person);
      await customers.update({ customerId: 1 + (at % Math.min(at, 7)), customerCity: `City ${at}` });
      if (at % 30 !== 0) continue;
      await kill(child);
      child = start();
      await sleep(150);
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
    await kill(child);
    await rm(folder, { recursive: true, force: true });
  }
});
