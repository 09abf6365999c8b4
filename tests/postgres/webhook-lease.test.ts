/** Several processes, and webhooks that are each served by one of them. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeInstallation } from '../harness/installation.ts';
import { spawnFoyer } from '../harness/process.ts';
import { type Received, startReceiver } from '../harness/receiver.ts';

const settings = { WEBHOOK_ALLOW_HTTP: 'on', WEBHOOK_ALLOW_PRIVATE: 'on' };
const numbers = (all: readonly Received[]) => all.flatMap(({ body }) => JSON.parse(body).data.changes[0].number);
const counted = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

// Each has to wait until a lease expires.
suite('a webhook that several processes could serve', { concurrency: true }, () => {
  test('of two processes one delivers, what either commits; killed, it is replaced', async (t) => {
    await using installation = await makeInstallation();
    await using receiver = await startReceiver();
    await using first = await spawnFoyer(installation, settings);
    await using second = await spawnFoyer(installation, settings);
    // The process that makes it serves it, since no other does yet.
    await first.sdk.webhooks.create({ url: `${receiver.url}/hook` });
    const person = { customerFirstName: 'Jan', customerLastName: 'Pas' };
    for (let at = 0; at < 20; at += 1) {
      await (at % 2 === 0 ? first : second).sdk.customers.create({ ...person, email: `c${at}@x.nl` });
    }
    assert.deepEqual(numbers(await receiver.count('/hook', 20)), counted(20));
    // Deliveries are recorded a moment later.
    while ((await second.sdk.webhooks.list())[0]?.behind !== 0) await sleep(20);
    const killed = performance.now();
    first.child.kill('SIGKILL');
    await first.exited;
    for (let at = 20; at < 30; at += 1) await second.sdk.customers.create({ ...person, email: `c${at}@x.nl` });
    const all = await receiver.count('/hook', 30);
    assert.deepEqual(numbers(all), counted(30), 'in order, and nothing twice');
    t.diagnostic(`replaced after ${Math.round((all[20]?.at ?? 0) - killed)} ms`);
  });

  test('one that is stopped lets another go on at once, and changes of a webhook reach whoever serves it', async () => {
    await using installation = await makeInstallation();
    await using receiver = await startReceiver();
    await using first = await spawnFoyer(installation, settings);
    await using second = await spawnFoyer(installation, settings);
    const { webhookId } = await first.sdk.webhooks.create({ url: `${receiver.url}/before` });
    const person = { customerFirstName: 'Jan', customerLastName: 'Pas' };
    await second.sdk.webhooks.update({ webhookId, url: `${receiver.url}/after` });
    // The change is noticed within some seconds; from then on nothing comes to the old address.
    for (let at = 0; receiver.of('/after').length === 0; at += 1) {
      await second.sdk.customers.create({ ...person, email: `a${at}@x.nl` });
      await sleep(100);
    }
    const before = receiver.of('/before').length;
    const after = receiver.of('/after').length;
    first.child.kill('SIGTERM');
    await first.exited;
    await second.sdk.customers.create({ ...person, email: 'b@x.nl' });
    await receiver.count('/after', after + 1);
    assert.equal(receiver.of('/before').length, before);
  });

  test('one that slept while another delivered goes on from where that one was', async () => {
    await using installation = await makeInstallation();
    await using receiver = await startReceiver();
    await using sleeper = await spawnFoyer(installation, settings);
    await using other = await spawnFoyer(installation, settings);
    await sleeper.sdk.webhooks.create({ url: `${receiver.url}/hook` });
    const person = { customerFirstName: 'Jan', customerLastName: 'Pas' };
    await other.sdk.customers.create({ ...person, email: 'a@x.nl' });
    await receiver.count('/hook', 1);
    while ((await other.sdk.webhooks.list())[0]?.behind !== 0) await sleep(20);
    sleeper.child.kill('SIGSTOP');
    for (const name of ['b', 'c', 'd']) await other.sdk.customers.create({ ...person, email: `${name}@x.nl` });
    await receiver.count('/hook', 4);
    while ((await other.sdk.webhooks.list())[0]?.behind !== 0) await sleep(20);
    sleeper.child.kill('SIGCONT');
    other.child.kill('SIGTERM');
    await other.exited;
    await sleeper.sdk.customers.create({ ...person, email: 'e@x.nl' });
    assert.deepEqual(numbers(await receiver.count('/hook', 5)), counted(5), 'nothing twice');
  });
});
