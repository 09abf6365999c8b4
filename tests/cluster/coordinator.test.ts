/** A node of a cluster that is not its coordinator is refused: nothing is written there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertStopped } from '../harness/blocked.ts';
import { makeInstallation } from '../harness/installation.ts';
import { asAdminOf, serverUrls } from '../harness/postgres.ts';
import { spawnFoyer } from '../harness/process.ts';
import { startProxy } from '../harness/proxy.ts';

test('a start, or a command, by the address of a node', async (t) => {
  await using installation = await makeInstallation();
  const [coordinator, node] = serverUrls().map((url) => new URL(url));
  const at = (url: string | undefined): string => Object.assign(new URL(url ?? ''), { port: (node as URL).port }).href;
  const { DATABASE_URL, DATABASE_MIGRATE_URL = '' } = installation.environment;
  const wrong = [
    { DATABASE_URL: at(DATABASE_URL) },
    { DATABASE_URL: at(DATABASE_URL), DATABASE_MIGRATE_URL },
    { DATABASE_URL: at(DATABASE_URL), DATABASE_MIGRATE_URL: at(DATABASE_MIGRATE_URL) },
  ];
  const refusal = new RegExp(
    `^127\\.0\\.0\\.1:${(node as URL).port} is a node of a cluster, and not its coordinator: DATABASE_URL and ` +
      `DATABASE_MIGRATE_URL must name the coordinator, 127\\.0\\.0\\.1:${(coordinator as URL).port} \\(.*\\)\\.\n$`,
  );
  for (const environment of wrong) {
    for (const words of [['serve'], ['client', 'create', 'fringe'], ['doctor']]) {
      await assertStopped(t, words, { ...environment, PORT: '0' }, refusal);
    }
  }
  await assertStopped(t, ['migrate'], { DATABASE_URL: at(DATABASE_MIGRATE_URL) }, refusal);

  const database = new URL(installation.url).pathname.slice(1);
  const { rows } = await asAdminOf((node as URL).href, database, (client) =>
    client.query(`select count(*) from pg_tables where tablename like 'kysely%'`),
  );
  assert.deepEqual(rows, [{ count: 0 }]);
});

test('a name that leads to a node while the service runs', async () => {
  await using installation = await makeInstallation();
  const [coordinator, node] = serverUrls().map((url) => Number(new URL(url).port));
  await using proxy = await startProxy(installation.url);
  const environment = { ...installation.environment, DATABASE_URL: proxy.url };
  await using foyer = await spawnFoyer({ ...installation, environment });
  const person = { email: 'v@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' };
  proxy.leadTo(node as number);
  await assert.rejects(foyer.sdk.customers.create(person), { code: 'unavailable' });
  const ready = await fetch(`${foyer.url}/health/ready`);
  assert.equal(ready.status, 503);
  proxy.leadTo(coordinator as number);
  assert.equal((await foyer.sdk.customers.create(person)).customerId, 1);
});
