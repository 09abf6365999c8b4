/** A database restored from a backup: what readers that were ahead are told, and that nobody misses anything. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { FoyerError } from '../../sdk/src/index.ts';
import { runFoyer } from '../harness/command.ts';
import { copyOfDatabase, engineName } from '../harness/database.ts';
import { eventsOf } from '../harness/events.ts';
import { makeInstallation, type TestInstallation } from '../harness/installation.ts';
import { skippedOnCluster } from '../harness/postgres.ts';
import { type FoyerProcess, spawnFoyer } from '../harness/process.ts';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { untilIndexed } from '../harness/search-index.ts';

const allowed = { WEBHOOK_ALLOW_HTTP: 'on', WEBHOOK_ALLOW_PRIVATE: 'on' };
const serve = (installation: TestInstallation) => spawnFoyer(installation, allowed);
const person = (number: number) => ({ email: `c${number}@x.nl`, customerFirstName: 'Jan', customerLastName: 'Pas' });

async function stop({ child, exited }: FoyerProcess): Promise<void> {
  child.kill('SIGTERM');
  await exited;
}

const change = async ({ sdk }: FoyerProcess, times: number, city: string): Promise<void> => {
  for (let at = 1; at <= times; at += 1) await sdk.customers.update({ customerId: 1, customerCity: `${city} ${at}` });
};

/** The status of the feed after a cursor, and its text or its numbers. */
async function feed(service: FoyerProcess, after: number | string): Promise<[status: number, told: unknown]> {
  const response = await service.fetch(`/change?after=${after}`);
  const { message, changes } = await response.json();
  return [response.status, message ?? changes.map(({ number }: { number: number }) => number)];
}

async function refusesAsPutBack(service: FoyerProcess, after: number): Promise<void> {
  const [status, text] = await feed(service, after);
  assert.equal(status, 410, `after ${after}`);
  assert.match(String(text), /^The service was restored to an earlier state/);
}

interface Before {
  readonly installation: TestInstallation;
  readonly receiver: Receiver;
  /** The last change in the backup, and the last one that was returned. */
  readonly backup: number;
  readonly told: number;
}

/** Five changes, then a backup, then four more, which a webhook and readers of the feed receive. */
async function untilLost(installation: TestInstallation, receiver: Receiver, makeBackup: () => Promise<unknown>) {
  {
    await using service = await serve(installation);
    await service.sdk.customers.create(person(1));
    await change(service, 4, 'Zwolle');
    await service.sdk.webhooks.create({ url: `${receiver.url}/hook` });
    await stop(service);
  }
  await makeBackup();
  await using service = await serve(installation);
  await change(service, 4, 'Lost');
  await receiver.count('/hook', 4);
  await untilIndexed(installation);
  await stop(service);
  return { installation, receiver, backup: 5, told: 9 };
}

/** What holds for everybody after the restore. */
async function checkAll({ installation, receiver, backup, told }: Before): Promise<number> {
  await using service = await serve(installation);
  const { sdk } = service;
  assert.deepEqual(await feed(service, backup), [200, []], 'who has read as far as the backup goes on');
  assert.deepEqual(await feed(service, backup - 2), [200, [backup - 1, backup]]);
  for (let cursor = backup + 1; cursor <= told; cursor += 1) await refusesAsPutBack(service, cursor);

  const before = receiver.of('/hook').length;
  await change(service, 2, 'New');
  const [first, second] = (await feed(service, backup))[1] as [number, number];
  assert.ok(first > told, `${first} was not told before`);
  assert.equal(second, first + 1);
  assert.deepEqual(await feed(service, backup - 1), [200, [backup, first, second]]);
  assert.deepEqual(await feed(service, first - 1), [200, [first, second]], '"now" was here');
  assert.deepEqual(await feed(service, second), [200, []]);
  for (const cursor of [told, first - 2, second + 1]) await refusesAsPutBack(service, cursor);
  assert.equal((await service.fetch(`/change?after=${told}&wait=5`)).status, 410);
  assert.equal((await service.fetch(`/change?after=${told}&compact=true`)).status, 410);

  await checkFollowers(service, backup, told, [first, second]);
  await checkWebhook(service, receiver, before, [first, second]);

  const { customers, cursor } = await sdk.exports.snapshot();
  assert.deepEqual(
    (await Array.fromAsync(customers)).map(({ customerCity }) => customerCity),
    ['New 2'],
  );
  assert.deepEqual(await feed(service, cursor), [200, []], 'who begins anew with an export goes on');
  await stop(service);
  return second;
}

async function checkFollowers(
  service: FoyerProcess,
  backup: number,
  told: number,
  expected: readonly number[],
): Promise<void> {
  const seen: number[] = [];
  for await (const { number } of service.sdk.changes.follow({ after: backup })) {
    if (seen.push(number) === expected.length) break;
  }
  assert.deepEqual(seen, expected);
  await assert.rejects(
    Array.fromAsync(service.sdk.changes.follow({ after: told })),
    (error) => error instanceof FoyerError && error.code === 'gone' && /was restored/.test(error.message),
  );
  const events = (id: number) =>
    service.fetch('/change', { headers: { accept: 'text/event-stream', 'last-event-id': String(id) } });
  const refused = await events(told);
  assert.equal(refused.status, 410);
  assert.match(await refused.text(), /was restored/);
  const ids: number[] = [];
  for await (const { id } of eventsOf(await events(backup))) if (ids.push(Number(id)) === expected.length) break;
  assert.deepEqual(ids, expected);
}

async function checkWebhook(
  { sdk }: FoyerProcess,
  receiver: Receiver,
  before: number,
  expected: readonly number[],
): Promise<void> {
  const all = await receiver.count('/hook', before + expected.length);
  const numbers = all.slice(before).map(({ body }) => JSON.parse(body).data.changes[0].number);
  assert.deepEqual(numbers, expected);
  // A receiver skips an id that it knows.
  assert.equal(
    new Set(all.map(({ headers }) => headers['webhook-id'])).size,
    all.length,
    'each delivery has its own id',
  );
  const [webhook] = await sdk.webhooks.list();
  const webhookId = webhook?.webhookId ?? 0;
  await assert.rejects(sdk.webhooks.replay({ webhookId, after: String(9) }), { code: 'gone' });
  assert.equal((await sdk.webhooks.replay({ webhookId, after: String(3) })).behind, 2 + expected.length);
  await receiver.count('/hook', before + 2 * expected.length + 2);
  while ((await sdk.webhooks.get({ webhookId })).behind > 0);
}

const withCopy = { skip: skippedOnCluster('a database on several nodes is not copied by one command') };

test(
  'after "foyer restore --in-place" on a copy no cursor of before misses anything in silence',
  withCopy,
  async () => {
    await using original = await makeInstallation();
    await using receiver = await startReceiver();
    await using made = new AsyncDisposableStack();
    let installation = original;
    const before = await untilLost(original, receiver, async () => {
      installation = { ...original, ...made.use(await copyOfDatabase(original)), key: original.key };
    });
    const { code, stdout, stderr } = await runFoyer(['restore', '--in-place', '--json'], installation.environment);
    assert.equal(code, 0, stderr);
    const { clients, kept } = JSON.parse(stdout);
    assert.deepEqual([clients.length, clients[0].name, clients[0].last, kept], [1, 'theatre', 5, null]);
    await checkAll({ ...before, installation });
  },
);

test('a database that a service uses is not touched', async () => {
  await using installation = await makeInstallation();
  await using service = await serve(installation);
  await service.sdk.customers.create(person(1));
  const { code, stderr } = await runFoyer(['restore', '--in-place'], installation.environment);
  assert.equal(code, 1);
  assert.match(stderr, /^Another process .* Stop the service, and run this again/);
  assert.deepEqual(await installation.rows('select * from change_gap'), []);
});

test('staff sign in anew, and an import that was under way is over', async () => {
  await using installation = await makeInstallation();
  const { rows, environment, key } = installation;
  const words = ['staff', 'add', 'jo@x.nl', '--client', key.client, '--role', 'viewer', '--name', 'Jo'];
  assert.equal((await runFoyer(words, environment)).code, 0);
  await rows(`insert into staff_session (token_hash, staff_id, created_at, used_at) values ('x', 1, 1, 1)`);
  await rows(`insert into import_job (client_id, import_id, state, fingerprint, file_name, bytes, spool, options,
    reading, by_kind, created_at, counts, holder, lease_until)
    values (1, 1, 'running', 'f', 'a.csv', 1, 's', '{}', '{}', 'key', 1, '{}', 'h', 9)`);
  assert.equal((await runFoyer(['restore', '--in-place'], environment)).code, 0);
  const left = await rows('select (select count(*) from staff_session) + (select count(*) from staff_link) as n');
  assert.equal(Number(left[0]?.n), 0);
  const [job] = await rows('select state, holder, error from import_job');
  assert.deepEqual([job?.state, job?.holder], ['failed', null]);
  assert.match(String(job?.error), /Send its file again/);
});

test('wrong usage is told', async () => {
  for (const words of [['restore'], ['restore', 'x.db', '--in-place']]) {
    const { code, stderr } = await runFoyer(words);
    assert.deepEqual([code, /^Give the file of a backup, or --in-place\./.test(stderr)], [2, true]);
  }
});

if (engineName === 'sqlite') {
  test('after "foyer restore FILE" too, and again when the same backup is put back once more', async () => {
    await using installation = await makeInstallation();
    await using receiver = await startReceiver();
    const { environment, config } = installation;
    assert.equal(config.engine, 'sqlite');
    const file = `${'path' in config ? config.path : ''}.backup`;
    const before = await untilLost(installation, receiver, async () => {
      assert.equal((await runFoyer(['backup', file], environment)).code, 0);
    });
    assert.equal((await runFoyer(['restore', file], environment)).code, 0);
    const told = await checkAll(before);
    assert.equal((await runFoyer(['restore', file], environment)).code, 0);
    await using service = await serve(installation);
    for (const cursor of [9, told - 1, told]) await refusesAsPutBack(service, cursor);
    await change(service, 1, 'Again');
    const [, numbers] = await feed(service, 5);
    assert.ok(
      (numbers as number[]).every((number) => number > told),
      'no number is given out again',
    );
  });

  test('a file that was put back by hand is known at the start by the index beside it', async () => {
    await using installation = await makeInstallation();
    await using receiver = await startReceiver();
    await using made = new AsyncDisposableStack();
    let copy = installation as TestInstallation;
    const before = await untilLost(installation, receiver, async () => {
      copy = { ...installation, ...made.use(await copyOfDatabase(installation)), key: installation.key };
    });
    const [{ n } = { n: 0 }] = await installation.indexRows('select max(change_number) as n from search_index');
    assert.equal(n, 9, 'the index was made');
    // The database is that of the backup, the index the newer one.
    await rm(pathOf(installation));
    const { code } = await runFoyer(['backup', pathOf(installation)], copy.environment);
    assert.equal(code, 0);
    await checkAll(before);
    const gaps = await installation.rows('select from_number from change_gap');
    assert.deepEqual(gaps, [{ __proto__: null, from_number: 5 }], 'one gap, whatever number of starts');
  });
}

const pathOf = ({ config }: TestInstallation): string => ('path' in config ? config.path : '');
