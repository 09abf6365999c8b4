/**
 * The statements of the search and of the feed use their indexes, even behind row-level security: PostgreSQL does not
 * use an index where that might leak, and then silently reads all rows of the client.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from 'pg';
import type { AnyStatement } from '../../server/src/db/statement.ts';
import * as changes from '../../server/src/features/changes/queries.ts';
import * as customers from '../../server/src/features/customers/queries.ts';
import * as search from '../../server/src/features/search/queries.ts';
import * as index from '../../server/src/features/search-index/queries.ts';
import * as words from '../../server/src/features/search-index/words/queries.ts';
import { makeDatabase } from '../harness/database.ts';

/** What the condition of an index must contain. */
const cases: readonly (readonly [name: string, statement: AnyStatement, ...conditions: RegExp[]])[] = [
  ['withWordsBeginning', words.withWordsBeginning, /place = .*word >= .*word < /, /place = .*start >= .*start < /],
  ['withWordsBeginning', words.withWordsBeginning, /place = .*start = /],
  ['withWords', words.withWords, /place = .*word = /, /place = .*start = /],
  ['withClientType', search.withClientType, /client_type_id = /],
  ['changedSince', search.changedSince, /changed_at >= /],
  ['withCredit', search.withCredit, /credit >= .*credit < /],
  ['customersByIds', customers.customersByIds, /customer_id = /],
  ['changesOf', search.changesOf, /customer_id = /],
  ['namesOf', words.namesOf, /customer_id = /],
  ['placesByChange', search.placesByChange, /changed_at, change_number\) < /],
  ['placesByChangeUp', search.placesByChangeUp, /changed_at, change_number\) > /],
  ['placesByName', words.placesByName, /name, customer_id\) > /],
  ['placesById', search.placesById, /customer_id > /],
  ['changedAfter', index.changedAfter, /change_number > /],
  ['knownStarts', words.knownStarts, /word >= .*word < /],
  ['knownWords', words.knownWords, /word >= .*word < /],
  ['changesBehind', changes.changesBehind, /change_number > /, /client_id = .*customer_id = /],
  ['lastChangesBehind', changes.lastChangesBehind, /changed_at, change_number\) > /, /change_number = /],
  ['firstBehind', changes.firstBehind, /change_number > /],
  ['historyBefore', changes.historyBefore, /customer_id = .*change_number < /],
  ['historyCount', changes.historyCount, /customer_id = /],
  ['placesBehind', changes.placesBehind, /change_number > /],
  ['changedAt', index.changedAt, /change_number = /],
  ['customersBehind', index.customersBehind, /customer_id > /],
  ['wordsOf', words.postgresRows.wordsOf, /customer_id = /],
  ['withMarks', words.postgresRows.withMarks, /customer_id = /],
  ['among', words.postgresRows.among, /place = .*word = .*customer_id = /],
  ['remove', words.postgresRows.remove, /place = .*word = .*customer_id = /],
];

/** Enough rows for an index to be worth it, of two clients. */
const seed = [
  `insert into client select n, 'c' || n, '', 'Europe/Amsterdam', 'open', 1, 'nl', '' from generate_series(1, 2) n`,
  `insert into client_counter select n, 10000, 1, 0, 10000, 1, 0, 0 from generate_series(1, 2) n`,
  `insert into client_type (client_id, client_type_id, name, name_key, created_at)
    select c, n, 't' || n, 't' || n, 1 from generate_series(1, 2) c, generate_series(1, 50) n`,
  `insert into customer select c, n, null, 'e' || n, 'e' || n, '', 'a', 'b', '', '', '', '', '', '', '',
    n % 100, '[]', n, n, n
    from generate_series(1, 2) c, generate_series(1, 10000) n`,
  `insert into customer_client_type select c, n, 1 + n % 50 from generate_series(1, 2) c, generate_series(1, 10000) n`,
  `insert into customer_change select c, n, n, 'created', 1, 'key', 1, '{}'
    from generate_series(1, 2) c, generate_series(1, 10000) n`,
  `insert into customer_search select c, n, 'words', 'name' || n
    from generate_series(1, 2) c, generate_series(1, 10000) n`,
  `insert into customer_word select c, p, 'word' || n, n
    from generate_series(1, 2) c, unnest(array['l', 'o']) p, generate_series(1, 10000) n`,
  `insert into customer_word_page select c, p, 'word' || n, 1, 'word' || n, n
    from generate_series(1, 2) c, unnest(array['l', 'o']) p, generate_series(1, 10000) n`,
  `insert into search_word select c, 'word' || n from generate_series(1, 2) c, generate_series(1, 10000) n`,
  'analyze',
];

/**
 * The plan that PostgreSQL makes of a statement without regard to its values, as it does when it has run some times.
 */
async function planOf(client: Client, { compiled }: AnyStatement, written = (_name: string) => 'null') {
  const { sql, names } = compiled.postgres;
  await client.query('set plan_cache_mode = force_generic_plan');
  await client.query(`prepare asked as ${sql}`);
  const { rows } = await client.query(`explain execute asked (${names.map(written).join(', ')})`);
  await client.query('deallocate asked');
  return rows.map((row) => String(row['QUERY PLAN'])).join('\n');
}

/** A database with so many customers, or all rows of the seed. */
async function seeded(statements: readonly string[], customers = 10_000) {
  const database = await makeDatabase('postgres');
  for (const statement of statements) await database.rows(statement.replaceAll('10000', String(customers)));
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return {
    client,
    async [Symbol.asyncDispose]() {
      await client.end();
      await database[Symbol.asyncDispose]();
    },
  };
}

const customersOnly = seed.filter((one) => /insert into (client|client_counter|customer) /.test(one));

test('each statement of the search and of the feed finds its rows by an index', async () => {
  await using database = await seeded(seed);
  for (const [name, statement, ...conditions] of cases) {
    const plan = await planOf(database.client, statement);
    const used = [...plan.matchAll(/Index Cond: (.*)/g)].map(([, condition]) => condition ?? '');
    for (const condition of conditions)
      assert(
        used.some((one) => condition.test(one)),
        `${name}\n${plan}`,
      );
  }
});

test('customers are found by many numbers at once in a table of which PostgreSQL knows nothing yet', async () => {
  // Without `analyze` it expects a client to have few.
  await using database = await seeded(customersOnly, 2500);
  const ids = JSON.stringify(Array.from({ length: 2500 }, (_, at) => at + 1));
  const plan = await planOf(database.client, customers.customersByIds, (name) => (name === 'ids' ? `'${ids}'` : '1'));
  // Otherwise it compares each row with each number.
  assert.doesNotMatch(plan, /Filter: .*ANY/, plan);
});

test('customers are looked up one by one, even by a plan that was made when there were few', async () => {
  await using database = await seeded([...customersOnly, 'analyze'], 500);
  for (const statement of [customers.customersByEmails, customers.customersByReferences]) {
    const plan = await planOf(database.client, statement);
    // Otherwise each part of an import reads all customers, and goes on so when they have become many.
    assert.doesNotMatch(plan, /Seq Scan on customer/, plan);
  }
});
