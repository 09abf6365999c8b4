/** `foyer backup`: a copy is complete, or it does not exist. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { seed } from '../../bench/seed.ts';
import { killed, MAIN, runFoyer } from '../harness/command.ts';
import { childEnvironment, timesOf } from '../harness/environment.ts';
import { makeInstallation } from '../harness/installation.ts';
import { spawnFoyer } from '../harness/process.ts';
import { makeWriters } from '../harness/writers.ts';

/** How often one is made under load, and how often one is killed: `BACKUPS=20 BACKUP_KILLS=20` for a long run. */
const BACKUPS = timesOf('BACKUPS', 3);
const KILLS = timesOf('BACKUP_KILLS', 4);
const WRITERS = 16;

let folder: string;
/** A file with many customers, which no test writes to. */
let large: { path: string; environment: Record<string, string> };
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foyer-backup-'));
  const path = join(folder, 'large.db');
  await seed(path, 20_000);
  large = { path, environment: { DATABASE_URL: `sqlite:${path}` } };
});
after(() => rm(folder, { recursive: true, force: true }));

function rowsOf(path: string, sql: string): readonly Record<string, unknown>[] {
  using db = new DatabaseSync(path, { readOnly: true });
  return db.prepare(sql).all();
}

const isWhole = (path: string): boolean => rowsOf(path, 'pragma integrity_check')[0]?.integrity_check === 'ok';

test(`under ${WRITERS} writers, ${BACKUPS} times: it opens, and holds all that was answered before`, async (t) => {
  await using installation = await makeInstallation('sqlite');
  await using service = await spawnFoyer(installation);
  const { ledger, write } = makeWriters(WRITERS, 1);
  let isOver = false;
  const writing = write(service.sdk, () => isOver);
  for (let number = 1; number <= BACKUPS; number += 1) {
    const before = ledger.acknowledged;
    while (ledger.acknowledged < before + 200) await sleep(5);
    const stored = [...ledger.stored.keys()];
    const { cursor } = await service.sdk.changes.list({ after: 'now' });
    const copy = join(folder, `under-load-${number}.db`);
    const { code, stderr, stdout } = await runFoyer(['backup', copy, '--json'], installation.environment);
    assert.equal(code, 0, stderr);
    const written = ledger.acknowledged;
    assert.ok(isWhole(copy));
    const emails = new Set(rowsOf(copy, 'select email from customer').map(({ email }) => email));
    assert.deepEqual(
      stored.filter((email) => !emails.has(email)),
      [],
    );
    const [counts] = rowsOf(
      copy,
      `select (select last_change_number from client_counter) as last,
        (select count(*) from customer_change) as changes,
        (select count(*)
          from customer v join customer_change c using (client_id, change_number, customer_id)) as matched,
        (select count(*) from customer) as customers`,
    );
    assert.equal(counts?.changes, counts?.last);
    assert.equal(counts?.matched, counts?.customers, 'each customer has its last change');
    assert.ok(
      Number(counts?.last) >= Number(cursor),
      `${counts?.last} changes, and ${cursor} were acknowledged before`,
    );
    t.diagnostic(
      `${counts?.last} changes in ${JSON.parse(stdout).ms} ms; ${written - before} were acknowledged meanwhile`,
    );
  }
  const beside = await runFoyer(['doctor', '--full'], installation.environment);
  assert.equal(beside.stdout, 'Nothing found.\n', 'nor in what is being written');
  isOver = true;
  await writing;
});

test('a backup is one file for its owner only, and can be put back', async () => {
  const file = join(folder, 'made.db');
  assert.equal((await runFoyer(['backup', file], large.environment)).code, 0);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(await filesLike('made.db'), ['made.db']);
  const target = join(folder, 'deeper', 'foyer.db');
  const { code, stderr } = await runFoyer(['restore', file], { DATABASE_URL: `sqlite:${target}` });
  assert.equal(code, 0, stderr);
  assert.deepEqual(await readdir(join(folder, 'deeper')), ['foyer.db']);
  assert.equal(rowsOf(target, 'select count(*) as n from customer')[0]?.n, 20_000);
});

const filesLike = async (name: string): Promise<string[]> =>
  (await readdir(folder)).filter((file) => file.startsWith(name)).sort();

test(`killed in the middle, ${KILLS} times, it leaves no file that looks whole; the next one clears up`, async () => {
  const environment = childEnvironment(large.environment);
  let midway = 0;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const child = spawn(process.execPath, [MAIN, 'backup', join(folder, 'killed.db')], { env: environment });
    const exited = once(child, 'exit');
    // As soon as something exists, or later: nobody knows how long it takes.
    while ((await filesLike('killed.db')).length === 0 && child.exitCode === null) await sleep(1);
    await Promise.race([sleep(40 * (kill - 1)), exited]);
    await killed(child);
    const files = await filesLike('killed.db');
    if (files.includes('killed.db')) {
      assert.ok(isWhole(join(folder, 'killed.db')));
      await rm(join(folder, 'killed.db'));
    } else {
      assert.match(files.join(' '), /^killed\.db\.\d+\.partial/);
      midway += 1;
    }
  }
  assert.ok(midway > 0, 'one was killed in the middle');
  assert.equal((await runFoyer(['backup', join(folder, 'killed.db')], large.environment)).code, 0);
  assert.deepEqual(await filesLike('killed.db'), ['killed.db']);
});

test('a damaged database is not backed up, and a damaged backup is not put back', async () => {
  const damaged = join(folder, 'damaged.db');
  await copyFile(large.path, damaged);
  await truncate(damaged, 1024 * 1024);
  const made = await runFoyer(['backup', join(folder, 'of-damaged.db')], { DATABASE_URL: `sqlite:${damaged}` });
  assert.equal(made.code, 1);
  assert.match(made.stderr, /damaged\.db is damaged: |malformed/);
  assert.deepEqual(await filesLike('of-damaged.db'), []);

  const kept = join(folder, 'kept.db');
  await copyFile(large.path, kept);
  const { code } = await runFoyer(['restore', damaged], { DATABASE_URL: `sqlite:${kept}` });
  assert.equal(code, 1);
  assert.deepEqual(await filesLike('kept.db'), ['kept.db']);
  assert.equal(rowsOf(kept, 'select count(*) as n from change_gap')[0]?.n, 0);
});

test('a damaged database is replaced, and what there was of it is kept', async () => {
  const path = join(folder, 'broken.db');
  await writeFile(path, 'This is no database, and longer than the head of one. '.repeat(9));
  await writeFile(`${path}-wal`, 'left behind');
  const { code, stderr } = await runFoyer(['restore', large.path], { DATABASE_URL: `sqlite:${path}` });
  assert.equal(code, 0, stderr);
  assert.match((await filesLike('broken.db')).join(' '), /^broken\.db broken\.db\.replaced-\w+( \S+-wal)?$/);
  assert.equal(rowsOf(path, 'select count(*) as n from customer')[0]?.n, 20_000);
});

const refused: readonly [words: readonly string[], message: RegExp][] = [
  [['backup', 'large.db'], /^There is a file .*large\.db already/],
  [['backup', 'nowhere/x.db'], /nowhere/],
  [['restore', 'not-there.db'], /^There is no file .*not-there\.db/],
  [['restore', 'newer.db'], /^It was made by a newer version of Foyer \(it has 9999-later\)/],
  [['restore', 'other.db'], /^This is not a Foyer database/],
  [['restore', 'text.db'], /not a database/],
];

for (const [[command = '', file = ''], message] of refused) {
  test(`"foyer ${command} ${file}" is refused, and nothing is made`, async () => {
    for (const name of ['newer.db', 'served.db']) await copyFile(large.path, join(folder, name));
    {
      using newer = new DatabaseSync(join(folder, 'newer.db'));
      newer.exec(`insert into kysely_migration values ('9999-later', '')`);
      using other = new DatabaseSync(join(folder, 'other.db'));
      other.exec('create table if not exists x (y)');
    }
    await writeFile(join(folder, 'text.db'), 'This is no database, and longer than the head of one. '.repeat(9));
    const before = await readdir(folder);
    const environment = { DATABASE_URL: `sqlite:${join(folder, 'served.db')}` };
    const { code, stderr } = await runFoyer([command, join(folder, file)], environment);
    assert.equal(code, 1);
    assert.match(stderr, message);
    assert.deepEqual(await readdir(folder), before);
  });
}

test('with PostgreSQL it says what to run instead, without the password', async () => {
  const environment = { DATABASE_URL: 'postgres://foyer:secret@db.example:5433/theatre' };
  const made = await runFoyer(['backup', 'x.dump'], environment);
  assert.equal(made.code, 2);
  assert.match(made.stderr, /pg_dump --host db\.example --port 5433 .* --file x\.dump theatre/);
  const put = await runFoyer(['restore', 'x.dump'], environment);
  assert.equal(put.code, 2);
  assert.match(put.stderr, /pg_restore, then run "foyer restore --in-place"/);
  assert.doesNotMatch(made.stderr + put.stderr, /secret/);
});
