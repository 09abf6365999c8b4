/** `foyer doctor`: it finds nothing in a healthy installation, and each thing that is broken. */
import assert from 'node:assert/strict';
import { chmod, copyFile, open, stat, statfs, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { indexPathOf } from '../../server/src/db/sqlite/index-file.ts';
import { fileSystem } from '../../server/src/features/doctor/disk.ts';
import type { Finding } from '../../server/src/features/doctor/finding.ts';
import { runFoyer } from '../harness/command.ts';
import { copyOfDatabase, engineName, type TestDatabase } from '../harness/database.ts';
import { makeInstallation, type TestInstallation } from '../harness/installation.ts';
import { urlOf } from '../harness/postgres.ts';
import { spawnFoyer } from '../harness/process.ts';
import { untilIndexed } from '../harness/search-index.ts';

const CUSTOMERS = 20;
const DAY_MS = 86_400_000;

/** A healthy installation; each test breaks a copy of it. */
let well: TestInstallation;
before(async () => {
  well = await makeInstallation();
  const { sdk, child, exited } = await spawnFoyer(well, { WEBHOOK_ALLOW_HTTP: 'on', WEBHOOK_ALLOW_PRIVATE: 'on' });
  for (let number = 1; number <= CUSTOMERS; number += 1) {
    const name = `Visser${number}`;
    const made = { email: `c${number}@x.nl`, customerFirstName: 'Jan', customerLastName: name };
    const { customerId } = await sdk.customers.create(made);
    if (number % 2 === 0) await sdk.clientTypes.set({ customerId, clienttypes: ['friend', 'Donor'] });
  }
  await sdk.webhooks.create({ url: 'http://127.0.0.1:9/' });
  await untilIndexed(well);
  child.kill('SIGTERM');
  await exited;
});
after(() => well[Symbol.asyncDispose]());

/** Writes past the constraints. */
function dangle(database: TestDatabase): void {
  using db = new DatabaseSync(pathOf(database), { enableForeignKeyConstraints: false });
  db.exec('update client_type set client_type_id = 99 where client_type_id = 1');
}

const pathOf = ({ config }: TestDatabase): string => ('path' in config ? config.path : '');

async function copyOfWell(): Promise<TestDatabase> {
  const copy = await copyOfDatabase(well);
  if (engineName === 'sqlite') await copyFile(indexPathOf(pathOf(well)), indexPathOf(pathOf(copy)));
  return copy;
}

/** The tests' server holds throw-away data, and does not wait for the disk. */
const ofTests = ({ what }: Finding): boolean => /^(fsync|full_page_writes) is off$/.test(what);

async function examine(database: TestDatabase, env: Record<string, string> = {}, words: readonly string[] = []) {
  const { code, stdout, stderr } = await runFoyer(['doctor', '--json', ...words], { ...database.environment, ...env });
  assert.notEqual(stdout, '', stderr);
  const all: Finding[] = JSON.parse(stdout);
  assert.equal(code, all.length === 0 ? 0 : 1, stderr);
  return all.filter((finding) => !ofTests(finding));
}

/** Breaks a copy, and checks that exactly these findings are made. */
function finds(
  name: string,
  breakIt: (database: TestDatabase) => Promise<unknown>,
  expected: readonly RegExp[],
  env: Record<string, string> | ((database: TestDatabase) => Record<string, string>) = {},
): void {
  test(name, async () => {
    await using database = await copyOfWell();
    await breakIt(database);
    const found = await examine(database, typeof env === 'function' ? env(database) : env, ['--full']);
    const lines = found.map(({ check, client = '', what, advice }) => `${check} ${client} ${what}. ${advice}`);
    assert.equal(lines.length, expected.length, lines.join('\n'));
    for (const [at, pattern] of expected.entries()) assert.match(lines[at] ?? '', pattern);
  });
}

const sql =
  (...statements: readonly string[]) =>
  async (database: TestDatabase) => {
    for (const statement of statements) await database.rows(statement);
  };
const indexSql = (statement: string) => (database: TestDatabase) => database.indexRows(statement);
const untouched = async () => {};

for (const words of [[], ['--full']]) {
  test(`"foyer doctor ${words.join(' ')}" finds nothing in what is well`, async () => {
    await using database = await copyOfWell();
    assert.deepEqual(await examine(database, {}, words), []);
  });
}

test('a finding is a line with what to do', async () => {
  await using database = await copyOfWell();
  await database.rows('update api_key set expires_at = 1');
  const { code, stdout, stderr } = await runFoyer(['doctor'], database.environment);
  assert.equal(code, 1);
  assert.match(stdout, /^keys: theatre: key 1 \(test\) expired on 1970-01-01\. .*"foyer key revoke theatre 1"\.$/m);
  assert.match(stderr, /finding/);
});

finds('a change that is missing', sql('delete from customer_change where change_number = 7'), [
  /^numbers theatre change 7 is missing\. /,
]);
finds('changes that are missing at the end', sql('update client_counter set last_change_number = 33'), [
  /^numbers theatre the changes 31 to 33 are missing\. /,
]);
finds('a counter that is behind', sql('update client_counter set last_change_number = 29'), [
  /^numbers theatre the counter says 29, and numbers go on behind 30\. /,
  /^numbers theatre webhook 1 stands at change 30, which there is not\. /,
  /^numbers theatre customers stand at a change that there is not yet: 20\. /,
]);
finds('a counter that stands before the end of a gap', sql('insert into change_gap values (1, 30, 90, 1)'), [
  /^numbers theatre the counter says 30, and numbers go on behind 90\. /,
]);
finds('a time that runs back', sql('update customer_change set changed_at = 5 where change_number = 9'), [
  /^times theatre change 9 was made before change 8\. /,
]);
finds(
  'a counter whose time is behind',
  sql('update client_counter set last_changed_at = 5', 'update customer set changed_at = 5'),
  [/^times theatre the counter's time is before that of change 30\. /],
);
finds('a webhook that is ahead', sql('update webhook set change_number = 999'), [
  /^numbers theatre webhook 1 stands at change 999, which there is not\. .*\/webhook\/1\/replay/,
]);
finds('client-types in the record only', sql('delete from customer_client_type where customer_id = 4'), [
  /^tags theatre .*: 4\. /,
]);
finds(
  'client-types by which customers are found only',
  sql(`update customer set tags = '["friend"]' where customer_id in (6, 8)`),
  [/^tags theatre .*: 6, 8\. /],
);
finds('a customer that is missing', sql('delete from customer where customer_id = 5'), [
  /^customers theatre customers are missing: 5\. /,
]);
finds('another name in the index', indexSql(`update customer_search set name = 'x' where customer_id = 3`), [
  /^index theatre .*: 3\. Run "foyer index rebuild --client theatre"\. *$/,
]);
finds(
  'a word that the index lacks',
  indexSql(`delete from customer_word where ${engineName === 'sqlite' ? 'rowid & 4294967295' : 'customer_id'} = 9`),
  [/^index theatre .*: 9\. /],
);
finds('a key that expires soon', sql(`update api_key set expires_at = ${Date.now() + 13 * DAY_MS}`), [
  /^keys theatre key 1 \(test\) expires on .*, and was last used on .*"foyer key roll theatre 1"/,
]);
finds(
  'a key that is in use though it was replaced',
  sql(
    `insert into api_key (client_id, key_id, key_hash, label, scopes, created_at, last_used_at)
      values (1, 2, 'x', '', 'admin', 7, 8)`,
    `update api_key set expires_at = ${Date.now() + 13 * DAY_MS}, replaced_by = 2 where key_id = 1`,
  ),
  [/^keys theatre key 1 \(test\) expires on .* Whoever uses it is to take key 2\. *$/],
);
finds(
  'a key that was never used',
  sql(
    'update api_key set created_at = 5, last_used_at = null',
    `update kysely_migration set timestamp = '2025-01-01T00:00:00.000Z' where name = '0015-key-use'`,
  ),
  [/^keys theatre key 1 \(test\) was made on 1970-01-01, and is not used\. .*"foyer key revoke theatre 1"/],
);
finds('a database of an older version', sql(`delete from kysely_migration where name = '0014-change-gaps'`), [
  /^file {2}the database lacks 0014-change-gaps\. .*"foyer migrate"/,
]);
finds('a short history', untouched, [/^settings {2}HISTORY_DAYS is 2\. /], { HISTORY_DAYS: '2' });
finds('a silent log', untouched, [/^settings {2}LOG_LEVEL is silent\. /], { LOG_LEVEL: 'silent' });
finds('a proxy that is not believed', untouched, [/^settings {2}PUBLIC_URL is https.* TRUST_PROXY=1\. *$/], {
  PUBLIC_URL: 'https://foyer.theatre.example',
});
finds('a disk without room for imports', untouched, [/^disk {2}.* may be sent for import\. /], {
  IMPORT_MAX_MB: '999999',
});

test('a network file system is told by its type', () => {
  assert.deepEqual(fileSystem('/data', 0xef53), []);
  for (const type of [0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997])
    assert.match(fileSystem('/data', type)[0]?.what ?? '', /^\/data is on a network file system/);
});

if (engineName === 'sqlite') {
  finds(
    'a damaged page',
    async (database) => {
      const file = await open(pathOf(database), 'r+');
      const { size } = await file.stat();
      // The page of the schema stays as it is.
      for (let at = 4096; at < size; at += 4096) await file.write(Buffer.alloc(64, 0xff), 0, 64, at);
      await file.close();
    },
    [/^file {2}the database is damaged: .*restore the last backup/],
  );
  finds('a row that names one that is not there', async (database) => dangle(database), [
    /^file {2}the database is damaged: a row of customer_client_type names one of client_type that is not there/,
  ]);
  finds(
    'a file that others can read',
    async (database) => {
      await chmod(pathOf(database), 0o644);
      await chmod(dirname(pathOf(database)), 0o755);
    },
    [/^file {2}other users of this machine can read .*foyer\.db.*\. Run: chmod 600 \S+foyer\.db/],
  );
  finds(
    'a disk without room for the database once more',
    async (database) => {
      const { bavail, bsize } = await statfs(dirname(pathOf(database)));
      const { size } = await stat(pathOf(database));
      // A sparse file takes no room; what follows the last page is not part of the database.
      await truncate(pathOf(database), size + 2 * bavail * bsize);
    },
    [/^disk {2}.* free, and the database takes /],
  );
} else {
  const database = (copy: TestDatabase): string => new URL(copy.url).pathname.slice(1);
  finds(
    'a service that is a superuser',
    untouched,
    [/^settings {2}the role postgres passes row-level security\. /],
    (copy) => ({
      DATABASE_URL: urlOf(database(copy)),
    }),
  );
  finds(
    'a service that owns the tables',
    untouched,
    [/^settings {2}the role foyer_owner owns the tables\. /],
    (copy) => ({
      DATABASE_URL: copy.config.engine === 'postgres' ? copy.config.migrateUrl : '',
    }),
  );
  finds('a table without its wall', sql('alter table customer disable row level security'), [
    /^settings {2}row-level security is off for customer\. /,
  ]);
  finds('more connections than there are', untouched, [/^settings {2}DATABASE_CONNECTIONS is 9999, /], {
    DATABASE_CONNECTIONS: '9999',
  });
  test('a server that does not wait for its disk', async () => {
    const { stdout } = await runFoyer(['doctor'], well.environment);
    assert.match(stdout, /^settings: fsync is off\. /m);
  });
}
