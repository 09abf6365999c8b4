/** Keys over time: when they were used, how they are replaced, and that their end is told beforehand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFoyer } from '../../sdk/src/index.ts';
import { createKey } from '../../server/src/features/keys/writes.ts';
import { runFoyer } from '../harness/command.ts';
import { engineName } from '../harness/database.ts';
import { startFoyer } from '../harness/foyer.ts';
import { makeInstallation, type TestInstallation } from '../harness/installation.ts';
import { skippedOnCluster } from '../harness/postgres.ts';
import { spawnFoyer } from '../harness/process.ts';
import { scrape } from '../harness/scrape.ts';

const DAY_MS = 86_400_000;

interface Listed {
  readonly id: number;
  readonly label: string;
  readonly scopes: string;
  readonly rate: string;
  readonly expires: string;
  readonly revoked: string;
  readonly used: string;
}

async function keyCommand({ environment }: TestInstallation, ...words: string[]) {
  const { code, stdout, stderr } = await runFoyer(['key', ...words, '--json'], environment);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

const listed = (installation: TestInstallation): Promise<Listed[]> => keyCommand(installation, 'list', 'theatre');

/** When the only key was last used, once that is as wanted. */
async function usedWhen(rows: TestInstallation['rows'], isSo: (at: number) => boolean): Promise<number> {
  for (;;) {
    const [row] = await rows('select last_used_at from api_key');
    const at = Number(row?.last_used_at ?? 0);
    if (isSo(at)) return at;
    await sleep(20);
  }
}

/** Each time that a use is written down leaves a row in a table of its own. */
const counting = {
  sqlite: [
    'create table uses (at integer)',
    'create trigger used after update of last_used_at on api_key begin insert into uses values (new.last_used_at); end',
  ],
  postgres: [
    'create table uses (at bigint)',
    'grant insert on uses to public',
    `create function note() returns trigger language plpgsql as
      $$ begin insert into uses values (new.last_used_at); return null; end $$`,
    'create trigger used after update of last_used_at on api_key for each row execute function note()',
  ],
} as const;

const withTriggers = { skip: skippedOnCluster('its tables take no triggers') };

test(
  'the last use of a key is written down, by many requests once, and again after a minute',
  withTriggers,
  async () => {
    await using foyer = await startFoyer();
    const key = await foyer.client();
    const { rows } = foyer.database;
    const began = Date.now();
    for (const statement of counting[engineName]) await rows(statement);
    await Promise.all(Array.from({ length: 200 }, () => foyer.fetch(key, '/customer/1')));
    const first = await usedWhen(rows, (at) => at > 0);
    assert.ok(first >= began && first <= Date.now());
    // A process looks a key up again after two seconds.
    await sleep(2100);
    await foyer.fetch(key, '/customer/1');
    await foyer.app.store.ping();
    assert.equal((await rows('select at from uses')).length, 1, 'one write for all of them');
    assert.equal(await usedWhen(rows, () => true), first);
    await rows(`update api_key set last_used_at = ${first - 61_000}`);
    await foyer.fetch(key, '/customer/1', { headers: { authorization: 'no key' } });
    assert.equal(await usedWhen(rows, () => true), first - 61_000, 'another is no use of this one');
  },
);

test('a request with a key is answered while its use cannot be written', async () => {
  await using foyer = await startFoyer();
  const key = await foyer.client();
  {
    await using _ = await foyer.database.hold();
    assert.equal((await foyer.fetch(key, '/customer/1')).status, 404);
    assert.equal(await usedWhen(foyer.database.rows, () => true), 0);
  }
  await usedWhen(foyer.database.rows, (at) => at > 0);
});

test('"foyer key list" shows when a key was last used', async () => {
  await using installation = await makeInstallation();
  assert.deepEqual(
    (await listed(installation)).map(({ used }) => used),
    [''],
  );
  await using service = await spawnFoyer(installation);
  await service.fetch('/customer/1');
  await usedWhen(installation.rows, (at) => at > 0);
  const [{ used = '' } = {}] = await listed(installation);
  assert.ok(Math.abs(Date.now() - Date.parse(used)) < 60_000, used);
});

test('a key that is rolled goes on beside the new one, which may do the same, until its time is over', async () => {
  await using installation = await makeInstallation();
  const { withStore, key: old } = installation;
  const made = await withStore((store) =>
    createKey(store, {
      clientId: 1,
      scopes: ['customers:read'],
      label: 'shop',
      expiresAt: Date.now() + 100 * DAY_MS,
      rate: { perSecond: 5, burst: 9 },
    }),
  );
  const before = Date.now();
  const rolled = await keyCommand(installation, 'roll', 'theatre', String(made.keyId), '--overlap', '3');
  assert.deepEqual([rolled.keyId, rolled.old.keyId], [3, 2]);
  const until = Date.parse(rolled.old.until) - before;
  assert.ok(until > 3 * DAY_MS - 1000 && until < 3 * DAY_MS + 60_000, rolled.old.until);

  const [, second, third] = await listed(installation);
  assert.equal(second?.expires, rolled.old.until);
  assert.deepEqual([third?.label, third?.scopes, third?.rate], ['shop', 'customers:read', '5/9']);
  const life = Date.parse(third?.expires ?? '') - before;
  assert.ok(Math.abs(life - 100 * DAY_MS) < 120_000, 'it lives as long as the old one was to');

  await using service = await spawnFoyer(installation);
  const status = async (key: string) =>
    (await service.fetch('/customer/1', { headers: { authorization: key } })).status;
  assert.deepEqual([await status(made.key), await status(rolled.key), await status(old.key)], [404, 404, 404]);
  await installation.rows(`update api_key set expires_at = ${Date.now()} where key_id = 2`);
  while ((await status(made.key)) !== 401) await sleep(50);
  assert.equal(await status(rolled.key), 404);
});

test('without an overlap the old key is refused at once; what is not good cannot be rolled', async () => {
  await using installation = await makeInstallation();
  const { key, old } = await keyCommand(installation, 'roll', 'theatre', '1', '--overlap', '0');
  assert.equal(old.keyId, 1);
  await using service = await spawnFoyer(installation);
  assert.equal((await service.fetch('/customer/1')).status, 401);
  const sdk = createFoyer({ baseUrl: service.url, client: 'theatre', key, retries: 0 });
  await assert.rejects(sdk.customers.get({ customerId: 1 }), { code: 'not-found' });
  for (const [id, code, message] of [
    ['1', 1, /no key 1 that is still good/],
    ['9', 1, /no key 9/],
    ['x', 2, /"x" is no number of a key/],
  ] as const) {
    const ended = await runFoyer(['key', 'roll', 'theatre', id], installation.environment);
    assert.equal(ended.code, code);
    assert.match(ended.stderr, message);
  }
  const wrong = await runFoyer(['key', 'roll', 'theatre', '2', '--overlap', 'long'], installation.environment);
  assert.deepEqual([wrong.code, /--overlap is "long"/.test(wrong.stderr)], [2, true]);
});

test('the log and a metric tell of a key that expires within 14 days, unless it was replaced and left', async () => {
  await using installation = await makeInstallation();
  const { withStore, rows } = installation;
  const ends = (days: number) => Date.now() + days * DAY_MS;
  const make = (label: string, days: number) =>
    withStore((store) => createKey(store, { clientId: 1, scopes: ['admin'], label, expiresAt: ends(days) }));
  for (const [label, days] of [
    ['soon', 13.9],
    ['later', 14.1],
    ['sooner', 2],
    ['left', 3],
    ['over', -1],
  ] as const)
    await make(label, days);
  await rows('update api_key set replaced_by = 1 where key_id = 5');
  await using service = await spawnFoyer(installation, { METRICS_PORT: '0' });
  const listening = await service.logged(({ msg }) => msg === 'listening');
  const told = (key: number) => service.logged(({ msg, key: of }) => /expires soon/.test(String(msg)) && of === key);
  const line = await told(2);
  assert.deepEqual([line.level, line.client, line.used], [40, 'theatre', null]);
  assert.ok(Math.abs(Date.parse(String(line.expires)) - ends(13.9)) < 300_000);
  await told(4);
  const url = String(listening.metrics);
  let seen = await scrape(url);
  while (seen.sum('foyer_keys_expiring') < 2) seen = await scrape(url);
  assert.equal(seen.sum('foyer_keys_expiring', { client: 'theatre' }), 2);
  const seconds = seen.sum('foyer_keys_expire_seconds', { client: 'theatre' });
  assert.ok(seconds > 1.9 * 86_400 && seconds < 2 * 86_400, String(seconds));
  const all = service.lines.filter((one) => one.includes('expires soon'));
  assert.equal(all.length, 2, all.join('\n'));
});
