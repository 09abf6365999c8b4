/** The tables that the migrations make, and who may make them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFoyer } from '../harness/command.ts';
import { makeDatabase, type TestDatabase } from '../harness/database.ts';

/** Columns, and the columns of every key, as texts that are the same on both engines. */
const catalogues = {
  sqlite: {
    columns: `select t.name || '.' || c.name || ' ' || lower(c.type) || iif(c."notnull", ' not null', '')
      || coalesce(' default ' || replace(c.dflt_value, '''', ''), '') as line
      from pragma_table_list t, pragma_table_xinfo(t.name) c
      where t.type = 'table' and t.name not like 'sqlite_%' and t.name not like 'kysely_%' order by t.name, c.cid`,
    keys: `select t.name || ' ' || iif(i.origin = 'pk', 'primary', 'unique') || ' '
        || group_concat(c.name, ',' order by c.seqno) as line
      from pragma_table_list t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
      where t.type = 'table' and t.name not like 'sqlite_%' and t.name not like 'kysely_%' and i."unique"
      group by t.name, i.name order by 1`,
    references: `select t.name || ' to ' || f."table" || ' '
        || group_concat(f."from" || '=' || f."to", ',' order by f.seq) as line
      from pragma_table_list t, pragma_foreign_key_list(t.name) f
      where t.type = 'table' group by t.name, f.id order by 1`,
  },
  postgres: {
    columns: `select t.relname || '.' || a.attname || ' '
      || case a.atttypid::regtype::text when 'bigint' then 'integer' else a.atttypid::regtype::text end
      || case when a.attnotnull then ' not null' else '' end
      || coalesce(' default ' || regexp_replace(pg_get_expr(d.adbin, d.adrelid), '''|::text', '', 'g'), '') as line
      from pg_class t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0
      left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
      where t.relkind = 'r' and t.relnamespace = 'public'::regnamespace and t.relname not like 'kysely_%'
      order by t.relname collate "C", a.attnum`,
    keys: `select t.relname || ' ' || case c.contype when 'p' then 'primary' else 'unique' end || ' ' || (
        select string_agg(a.attname, ',' order by k.place) from unnest(c.conkey) with ordinality k(number, place)
        join pg_attribute a on a.attrelid = t.oid and a.attnum = k.number) as line
      from pg_constraint c join pg_class t on t.oid = c.conrelid
      where c.contype in ('p', 'u') and t.relnamespace = 'public'::regnamespace and t.relname not like 'kysely_%'
      order by 1`,
    references: `select t.relname || ' to ' || o.relname || ' ' || (
        select string_agg(a.attname || '=' || b.attname, ',' order by k.place)
        from unnest(c.conkey, c.confkey) with ordinality k(mine, other, place)
        join pg_attribute a on a.attrelid = t.oid and a.attnum = k.mine
        join pg_attribute b on b.attrelid = o.oid and b.attnum = k.other) as line
      from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_class o on o.oid = c.confrelid
      where c.contype = 'f' and t.relnamespace = 'public'::regnamespace order by 1`,
  },
} as const;

async function linesOf(database: TestDatabase, what: 'columns' | 'keys' | 'references'): Promise<unknown[]> {
  const rows = await database.rows(catalogues[database.engine][what]);
  return rows.map(({ line }) => line).sort();
}

/** On SQLite the index of the search is a file of its own. */
const OF_THE_INDEX = /^(?:customer_word|customer_word_page|customer_search|search_word|search_index)[. ]/;

test('both engines get the same tables, columns, keys and references', async () => {
  await using sqlite = await makeDatabase('sqlite');
  await using postgres = await makeDatabase('postgres');
  for (const what of ['columns', 'keys', 'references'] as const) {
    const lines = (await linesOf(postgres, what)).filter((line) => !OF_THE_INDEX.test(String(line)));
    assert(lines.length >= 7, `${lines.length} ${what} were found`);
    assert.deepEqual(lines, await linesOf(sqlite, what), what);
  }
});

test('ten processes that start together run each migration once', async () => {
  await using database = await makeDatabase('postgres', false);
  const ends = await Promise.all(
    Array.from({ length: 10 }, () => runFoyer(['migrate', '--json'], database.environment)),
  );
  for (const { code, stderr } of ends) assert.equal(code, 0, stderr);
  const ran = ends.map(({ stdout }) => JSON.parse(stdout)).filter((names) => names.length > 0);
  assert.equal(ran.length, 1, 'one of them ran all');
});

test('the role of the service cannot run them, and says who can; with none to run it needs nobody', async () => {
  await using empty = await makeDatabase('postgres', false);
  const { code, stderr } = await runFoyer(['client', 'list'], { DATABASE_URL: empty.url });
  assert.equal(code, 1);
  assert.match(stderr, /"foyer migrate" with DATABASE_MIGRATE_URL/);
  assert.doesNotMatch(stderr, /only-in-tests|\n\s+at /);
  await using ready = await makeDatabase('postgres');
  assert.deepEqual((await runFoyer(['client', 'list', '--json'], { DATABASE_URL: ready.url })).stdout, '[]\n');
});
