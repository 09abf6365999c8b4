/** Migrations on tables that are spread over the nodes already, and on one server: the same tables come of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../../server/src/db/connect.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { makeDatabase, type TestDatabase } from '../harness/database.ts';

/** The last one that ran before tables could be spread. */
const BEFORE = '0013-policies';

const shape = (database: TestDatabase) =>
  database.rows(`
    select t.relname, a.attname, a.atttypid::regtype::text, a.attnotnull, pg_get_expr(d.adbin, d.adrelid) as value
    from pg_class t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
    where t.relkind = 'r' and t.relnamespace = 'public'::regnamespace order by 1, a.attnum`);
const constraints = (database: TestDatabase) =>
  database.rows(`
    select conrelid::regclass::text as name, conname, pg_get_constraintdef(oid) from pg_constraint
    where connamespace = 'public'::regnamespace order by 1, 2`);
const indexes = (database: TestDatabase) =>
  database.rows(`select tablename, indexname, indexdef from pg_indexes where schemaname = 'public' order by 1, 2`);
const policies = (database: TestDatabase) =>
  database.rows(`select tablename, policyname, qual from pg_policies where schemaname = 'public' order by 1`);

test('each migration runs on spread tables, with customers in them, and leaves what it leaves elsewhere', async () => {
  await using late = await makeDatabase('postgres', false);
  await using early = await makeDatabase('postgres');
  const engine = await connect(late.config);
  try {
    const before = await migrate(engine, BEFORE);
    assert(before.distributed.includes('customer'));
    await late.rows(`insert into client values (1, 'a', 'a', 'Europe/Amsterdam', 'open', 0, 'nl', 'x')`);
    await late.rows('insert into client_counter (client_id) values (1)');
    await late.rows(`insert into client_type values (1, 1, 'friend', 'friend', 0)`);
    const { ran, distributed } = await migrate(engine);
    assert(!ran.includes(BEFORE));
    assert(distributed.length > 0, 'new tables are spread too');
    assert.deepEqual((await late.rows('select name from client_type')).length, 1, 'what was there is there');
    assert.deepEqual(await migrate(engine), { ran: [], distributed: [] });
  } finally {
    await engine.close();
  }
  for (const look of [shape, constraints, indexes, policies]) assert.deepEqual(await look(late), await look(early));
});
