/** Ready to shard: every key of a client's data leads with the client. Read from PostgreSQL's own catalogue. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeDatabase, type TestDatabase } from '../harness/database.ts';

/**
 * Kysely's own tables; the name of a client, by which it is found before its number is known; and what is above the
 * clients: small, and read before the client is known, so that a cluster keeps a copy on every node.
 */
const exceptions = [
  'kysely_migration',
  'kysely_migration_lock',
  'client_name_key',
  'staff_member',
  'staff_session',
  'staff_link',
  'staff_attempt',
];

/** Primary keys, unique indexes and foreign keys that do not lead with the client, and tables without a primary key. */
async function offences(database: TestDatabase): Promise<unknown[]> {
  const rows = await database.rows(`
    select i.relname as name, t.relname as "table", a.attname as first
    from pg_index x
    join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
    join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]
    where t.relnamespace = 'public'::regnamespace and x.indisunique
    union all
    select c.conname, t.relname, a.attname
    from pg_constraint c join pg_class t on t.oid = c.conrelid
    join pg_attribute a on a.attrelid = t.oid and a.attnum = c.conkey[1]
    where t.relnamespace = 'public'::regnamespace and c.contype = 'f'
    union all
    select 'no primary key', t.relname, null
    from pg_class t where t.relkind = 'r' and t.relnamespace = 'public'::regnamespace
    and not exists (select from pg_constraint c where c.conrelid = t.oid and c.contype = 'p')
    order by 1`);
  return rows
    .filter((row) => row.first !== 'client_id' && !exceptions.some((one) => one === row.name || one === row.table))
    .map(({ name }) => name);
}

test('every primary key, unique index and foreign key leads with the client', async () => {
  await using database = await makeDatabase();
  assert.deepEqual(await offences(database), []);
});

test('one that does not is found', async () => {
  await using database = await makeDatabase();
  await database.rows('create table offender (customer_id bigint primary key, client_id bigint, email text)');
  await database.rows('create unique index offender_email on offender (email, client_id)');
  await database.rows('alter table customer add constraint customer_key unique (customer_id, client_id)');
  await database.rows(
    `alter table offender add constraint offender_customer
      foreign key (customer_id, client_id) references customer (customer_id, client_id)`,
  );
  await database.rows('create table keyless (client_id bigint)');
  const found = ['customer_key', 'no primary key', 'offender_customer', 'offender_email', 'offender_pkey'];
  assert.deepEqual(await offences(database), found);
});
