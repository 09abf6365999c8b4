/** How long changes are kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCustomers } from '../harness/customers.ts';
import { makeInstallation } from '../harness/installation.ts';
import { type FoyerProcess, spawnFoyer } from '../harness/process.ts';
import { untilIndexed } from '../harness/search-index.ts';

const DAY_MS = 86_400_000;

test('changes older than HISTORY_DAYS are forgotten, and a cursor behind which they were is gone', async () => {
  await using installation = await makeInstallation();
  const person = (at: number) => ({ email: `c${at}@x.nl`, customerFirstName: 'Jan', customerLastName: 'Pas' });
  const people = Array.from({ length: 700 }, (_, at) => person(at));
  await installation.withStore((store) => makeCustomers(store, installation.key.clientId, people));
  {
    await using first = await spawnFoyer(installation);
    await first.sdk.customers.update({ customerId: 1, customerCity: 'Zwolle' });
  }
  const old = (days: number) => `set changed_at = changed_at - ${days * DAY_MS}`;
  await installation.rows(`update customer_change ${old(11)} where change_number <= 650`);
  await installation.rows(`update customer ${old(11)} where change_number <= 650`);

  await using second = await spawnFoyer(installation, { HISTORY_DAYS: '10' });
  const { changes } = second.sdk;
  for (;;) {
    const page = await changes.list({ limit: 1 });
    if (page.changes[0]?.number === 651) break;
    await sleep(20);
  }
  assert.equal((await second.fetch('/change?after=649')).status, 410);
  assert.equal((await second.fetch('/change?after=0&compact=true')).status, 410);
  const kept = await changes.list({ after: '650', limit: 1000 });
  assert.deepEqual([kept.changes.length, kept.changes[0]?.number], [51, 651]);
  assert.equal((await changes.list({ compact: true, limit: 1000 })).changes.length, 51);
  const history = await Array.fromAsync(changes.history({ customerId: 1 }));
  assert.deepEqual(
    history.map(({ number }) => number),
    [701],
  );
  const ofForgotten = await second.fetch('/customer/2/history');
  assert.deepEqual((await ofForgotten.json()).changes, [], 'the customer is still there');
  assert.equal((await Array.fromAsync(second.sdk.exports.customers())).length, 700);
  assert.equal((await second.sdk.customers.search('jan')).count, 700);
});

test('once all changes are forgotten, the next one does not make the index of the search anew', async () => {
  await using installation = await makeInstallation();
  const person = (at: number) => ({ email: `c${at}@x.nl`, customerFirstName: 'Jan', customerLastName: 'Pas' });
  {
    await using first = await spawnFoyer(installation);
    for (let at = 1; at <= 3; at += 1) await first.sdk.customers.create(person(at));
    await untilIndexed(installation);
  }
  const old = `set changed_at = changed_at - ${11 * DAY_MS}`;
  await installation.rows(`update customer_change ${old}`);

  await using second = await spawnFoyer(installation, { HISTORY_DAYS: '10' });
  while ((await installation.rows('select pruned_change_number from client_counter')).some(isBefore(3)))
    await sleep(20);
  await second.sdk.customers.create(person(4));
  assert.equal((await second.sdk.customers.search('jan')).count, 4);
  await untilIndexed(installation);
  assert.deepEqual(
    second.lines.filter((line) => line.includes('the index of the search is made')),
    [],
  );
});

const isBefore = (number: number) => (row: Record<string, unknown>) => Number(row.pruned_change_number) < number;

test('the answer to a request with an Idempotency-Key is kept for 24 hours', async () => {
  await using installation = await makeInstallation();
  const make = (foyer: FoyerProcess, name: string) =>
    foyer.sdk.customers.create(
      { email: `${name}@x.nl`, customerFirstName: 'Jan', customerLastName: 'Pas' },
      { idempotencyKey: name },
    );
  {
    await using first = await spawnFoyer(installation);
    for (const name of ['old', 'young']) await make(first, name);
  }
  const hoursAgo = (hours: number) => `set created_at = created_at - ${hours * 3_600_000}`;
  await installation.rows(`update kept_answer ${hoursAgo(25)} where idempotency_key = 'old'`);
  await installation.rows(`update kept_answer ${hoursAgo(23)} where idempotency_key = 'young'`);

  await using second = await spawnFoyer(installation);
  while ((await installation.rows('select part from kept_answer')).length > 1) await sleep(20);
  assert.equal((await make(second, 'young')).customerId, 2);
  await assert.rejects(make(second, 'old'), { code: 'validation' });
});
