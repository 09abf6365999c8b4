import { sql } from '#kysely';
import { elementText, isNumberOf, listOf } from '../../db/dialect/expressions.ts';
import { type Compiled, read, systemStatement } from '../../db/statement.ts';
import { wordsInPages } from '../search-index/pages/queries.ts';
import { CUSTOMER_BITS, raw, rowOf } from '../search-index/words/queries.ts';

/** The client-types of customers, in no order; `ids` is a JSON array of numbers. */
export const tagsByIds = read<{ ids: string }, { customerId: number; name: string }>((db, p, dialect) =>
  db
    .selectFrom('customer_client_type as c')
    .innerJoin('client_type as t', (join) =>
      join
        .on('t.client_id', '=', p.clientId)
        .onRef('t.client_id', '=', 'c.client_id')
        .onRef('t.client_type_id', '=', 'c.client_type_id'),
    )
    .select(['c.customer_id as customerId', 't.name'])
    .where('c.client_id', '=', p.clientId)
    .where(isNumberOf(dialect, sql.ref('c.customer_id'), p.ids)),
);

interface WordsOfCustomer {
  customerId: number;
  /** For SQLite: a full-text expression for all of them. */
  match: string;
  /** For PostgreSQL: a JSON array of `[place, word]`, and how many they are. */
  entries: string;
  count: number;
}

/** Has the index all these words of a customer? */
export const hasWords = read<WordsOfCustomer, { has: number }>((db, p, dialect) =>
  raw(
    db,
    dialect === 'sqlite'
      ? sql<{ has: number }>`select count(*) as has from customer_word
          where customer_word match ${p.match} and rowid = ${rowOf(p.clientId, p.customerId)}`
      : sql<{ has: number }>`with wanted as materialized (
            select ${elementText(dialect, 0)} as place, ${elementText(dialect, 1)} as word
            from ${listOf(dialect, p.entries)} as list)
          select cast(count(*) = cast(${p.count} as bigint) as integer) as has from (
            select wanted.place, wanted.word from wanted join customer_word as w on w.client_id = ${p.clientId}
              and w.customer_id = cast(${p.customerId} as bigint)
              and w.place = wanted.place and w.word = wanted.word
            union ${wordsInPages(p)}) as found`,
  ),
);

/**
 * Lets a connection to the index of SQLite read it as words and their customers:
 * https://www.sqlite.org/fts5.html#the_fts5vocab_virtual_table_module
 */
export const openVocabulary = systemStatement<object>((db) =>
  raw(db, sql<never>`create virtual table temp.vocabulary using fts5vocab(main, customer_word, instance)`),
);

/** How many words each customer has in it, and how long they are together; between two beginnings of words. */
export const wordCounts = systemStatement<
  { from: string; below: string },
  { customerId: number; words: number; letters: number }
>((db, p) =>
  raw(
    db,
    sql<{ customerId: number; words: number; letters: number }>`select doc & ${sql.lit(CUSTOMER_BITS)} as "customerId",
      count(*) as words, sum(length(term)) as letters
      from temp.vocabulary where term >= ${p.from} and term < ${p.below} group by doc`,
  ),
);

/** On PostgreSQL: the next words and pages of the index, in the order of their keys. */
export const wordsAfter = read<
  { place: string; word: string; customerId: number; limit: number },
  { place: string; word: string; customerId: number }
>((db, p) =>
  db
    .selectFrom('customer_word')
    .select(['place', 'word', 'customer_id as customerId'])
    .where('client_id', '=', p.clientId)
    .where(({ eb, refTuple, tuple }) =>
      eb(refTuple('place', 'word', 'customer_id'), '>', tuple(p.place, p.word, p.customerId)),
    )
    .orderBy('place')
    .orderBy('word')
    .orderBy('customer_id')
    .limit(p.limit),
);

export const pagesAfter = read<
  { place: string; start: string; run: number; limit: number },
  { place: string; start: string; run: number; words: string; numbers: string }
>((db, p) =>
  db
    .selectFrom('customer_word_page')
    .select(['place', 'start', 'run', 'words', 'numbers'])
    .where('client_id', '=', p.clientId)
    .where(({ eb, refTuple, tuple }) => eb(refTuple('place', 'start', 'run'), '>', tuple(p.place, p.start, p.run)))
    .orderBy('place')
    .orderBy('start')
    .orderBy('run')
    .limit(p.limit),
);

/** What PostgreSQL says of the role of this connection, of the tables, and of its own settings. */
export const postgresState = {
  role: {
    sql: `select rolname as name, rolsuper or rolbypassrls as passes,
      exists (
        select from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relowner = r.oid
      ) as owns
      from pg_roles as r where rolname = current_user`,
    names: [],
  },
  openTables: {
    sql: `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
      and not (relrowsecurity and relforcerowsecurity) and relname not like 'kysely%' order by 1`,
    names: [],
  },
  settings: {
    sql: `select name, setting from pg_settings
      where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'max_connections')`,
    names: [],
  },
} as const satisfies Record<string, Compiled>;
