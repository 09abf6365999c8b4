/** An older version of the service on a database that a newer one has brought up to date, as in a rolling upgrade. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFoyer } from '../harness/command.ts';
import { makeInstallation, type TestInstallation } from '../harness/installation.ts';
import { spawnFoyer } from '../harness/process.ts';

const person = (name: string) => ({ email: `${name}@x.nl`, customerFirstName: 'Jan', customerLastName: 'Pas' });

/** What a newer version does before it serves: it adds, and notes that it has. */
async function upgrade({ rows }: TestInstallation): Promise<void> {
  await rows(`alter table customer add column shoe_size integer not null default 0`);
  await rows(`alter table customer_change add column shoe_size integer`);
  await rows(
    `create table shoe (client_id integer not null, shoe_id integer not null, primary key (client_id, shoe_id))`,
  );
  await rows(`insert into kysely_migration (name, timestamp) values ('9999-shoes', '2030-01-01T00:00:00.000Z')`);
}

test('a process that runs goes on when a newer version migrates', async () => {
  await using installation = await makeInstallation();
  await using foyer = await spawnFoyer(installation);
  await foyer.sdk.customers.create(person('before'));
  await upgrade(installation);
  await foyer.sdk.customers.create(person('after'));
  await foyer.sdk.customers.update({ customerId: 1, customerCity: 'Zwolle' });
  assert.equal((await foyer.sdk.customers.get({ customerId: 1 })).customerCity, 'Zwolle');
  assert.equal((await foyer.sdk.changes.list({})).changes.length, 3);
});

test('an older version does not start on it, and says why', async () => {
  await using installation = await makeInstallation();
  await upgrade(installation);
  for (const words of [['serve'], ['migrate'], ['client', 'list']]) {
    const { code, stderr } = await runFoyer(words, installation.environment);
    assert.equal(code, 1);
    assert.match(stderr, /made by a newer version.*9999-shoes/);
    assert.doesNotMatch(stderr, /\n\s+at /);
  }
});
