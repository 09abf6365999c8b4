/** The statements that read and write the words, names and learned words of the index, on each engine. */
import { type QueryExecutorProvider, type RawBuilder, sql } from '#kysely';
import {
  beforehand,
  elementText,
  holdsText,
  isNumberOf,
  listOf,
  listOfClient,
} from '../../../db/dialect/expressions.ts';
import { type Dialect, indexWrite, read } from '../../../db/statement.ts';
import { END, inPages } from '../pages/queries.ts';

/** Customers as numbers with commas between; `null` when there are none. */
interface Numbers {
  numbers: string | null;
}
interface Limited {
  limit: number;
}

/** A query that Kysely's builder cannot express. */
export const raw = <R>(db: QueryExecutorProvider, query: RawBuilder<R>) => ({ compile: () => query.compile(db) });

/** A customer of a client is one row of the full-text table, whose rowid encodes both. */
export const rowOf = (clientId: unknown, customerId: unknown) =>
  sql`((cast(${clientId} as integer) << 32) | cast(${customerId} as integer))`;
export const CUSTOMER_BITS = 2 ** 32 - 1;
/** Before each word: a character for the client, and the letter of the place. */
const FIRST_CLIENT = 0x10000;
export const wordPrefix = (clientId: number): string => String.fromCodePoint(FIRST_CLIENT + clientId);

/** The full-text expression for words at a place, or for their beginnings. */
export function matchOf(clientId: number, place: string, words: readonly string[], isWhole: boolean): string {
  const quoted = (word: string): string => `"${wordPrefix(clientId)}${place}${word.replaceAll('"', '""')}"`;
  return words.map((word) => (isWhole ? quoted(word) : `${quoted(word)} *`)).join(' OR ');
}

interface Wanted {
  /** For SQLite: see `matchOf`. */
  match: string;
  /** For PostgreSQL: the place, the words as a JSON array, and as another each with each beginning of it. */
  place: string;
  words: string;
  begun: string;
}

/** Words at a place, or beginnings of words, as the statements below take them. */
export function wantedAt(clientId: number, place: string, words: readonly string[], isWhole: boolean): Wanted {
  const begun = words.flatMap((word) => {
    const letters = [...word];
    return letters.slice(isWhole ? 0 : 1).map((_, at) => [word, letters.slice(0, at + 1).join('')]);
  });
  const match = matchOf(clientId, place, words, isWhole);
  return { match, place, words: JSON.stringify(words), begun: JSON.stringify(begun) };
}

const matching = (p: Wanted & { clientId: number }) =>
  sql<Numbers>`select group_concat(rowid & ${sql.lit(CUSTOMER_BITS)}) as numbers from customer_word
    where customer_word match ${p.match}
    and rowid > ${rowOf(p.clientId, sql.lit(0))} and rowid <= ${rowOf(p.clientId, sql.lit(CUSTOMER_BITS))}`;

const joining = (p: Wanted & { clientId: number }, isWhole: boolean) =>
  sql<Numbers>`with wanted as materialized (
      select ${elementText('postgres')} as word, ${elementText('postgres')} || ${sql.lit(END)} as below
      from ${listOf('postgres', p.words)} as list)
    select string_agg(found.numbers, ',') as numbers from (
      select cast(w.customer_id as text) as numbers from wanted join customer_word as w
        on w.client_id = ${p.clientId} and w.place = ${p.place}
        and ${isWhole ? sql`w.word = wanted.word` : sql`w.word >= wanted.word and w.word < wanted.below`}
      union all ${inPages(p, isWhole)}) as found`;

/** The customers with, at a place, a word that begins with one of the words; some of them more than once. */
export const withWordsBeginning = read<Wanted, Numbers>((db, p, dialect) =>
  raw(db, dialect === 'sqlite' ? matching(p) : joining(p, false)),
);

/** The customers with exactly one of the words at a place. */
export const withWords = read<Wanted, Numbers>((db, p, dialect) =>
  raw(db, dialect === 'sqlite' ? matching(p) : joining(p, true)),
);

/** The sort keys of customers' names, in no order; `ids` is a JSON array of numbers. */
export const namesOf = read<{ ids: string }, { customerId: number; name: string }>((db, p, dialect) =>
  db
    .selectFrom('customer_search')
    .select(['customer_id as customerId', 'name'])
    .where('client_id', '=', p.clientId)
    .where(isNumberOf(dialect, sql.ref('customer_id'), p.ids)),
);

/** Customers by name, after a place in that order. */
export const placesByName = read<Limited & { name: string; customerId: number }, { customerId: number; name: string }>(
  (db, p) =>
    db
      .selectFrom('customer_search')
      .select(['customer_id as customerId', 'name'])
      .where('client_id', '=', p.clientId)
      .where(({ eb, refTuple, tuple }) => eb(refTuple('name', 'customer_id'), '>', tuple(p.name, p.customerId)))
      .orderBy('name')
      .orderBy('customer_id')
      .limit(p.limit),
);

const wanted = (dialect: Dialect, starts: unknown) =>
  beforehand<{ start: string; below: string }>(
    sql`select ${elementText(dialect)} as start, ${elementText(dialect)} || ${sql.lit(END)} as below
      from ${listOf(dialect, starts)} as list`,
  ).as('wanted');

/** The beginnings among `starts`, a JSON array, with which a word of a customer begins. */
export const knownStarts = read<{ starts: string }, { start: string }>((db, p, dialect) =>
  db
    .selectFrom(wanted(dialect, p.starts))
    .select('wanted.start')
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('search_word as w')
          .select('w.word')
          .where('w.client_id', '=', p.clientId)
          .whereRef('w.word', '>=', 'wanted.start')
          .whereRef('w.word', '<', 'wanted.below'),
      ),
    ),
);

/** The words of customers that begin with one of `starts`, a JSON array; some of them more than once. */
export const knownWords = read<Limited & { starts: string }, { word: string }>((db, p, dialect) =>
  db
    .selectFrom(wanted(dialect, p.starts))
    .innerJoin('search_word as w', (join) =>
      join
        .on('w.client_id', '=', p.clientId)
        .onRef('w.word', '>=', 'wanted.start')
        .onRef('w.word', '<', 'wanted.below'),
    )
    .select('w.word')
    .where('w.client_id', '=', p.clientId)
    .limit(p.limit),
);

/** The words of customers that contain a part. */
export const wordsThatHold = read<Limited & { part: string }, { word: string }>((db, p, dialect) =>
  db
    .selectFrom('search_word')
    .select('word')
    .where('client_id', '=', p.clientId)
    .where(holdsText(dialect, sql`word`, p.part))
    .orderBy('word')
    .limit(p.limit),
);

/** Adds learned words; `words` is a JSON array. */
export const learnWords = indexWrite<{ words: string }>((db, p, dialect) =>
  db
    .insertInto('search_word')
    .columns(['client_id', 'word'])
    .expression((eb) =>
      eb
        .selectFrom(listOfClient(dialect, p.words, p.clientId).as('list'))
        .select(['list.client_id', elementText(dialect).as('word')])
        // Without it, SQLite takes `on conflict` for a join.
        .where(sql<boolean>`true`),
    )
    .onConflict((oc) => oc.doNothing()),
);

/** Deletes the index of a client. On SQLite the words go first: they are found by the names. */
export const clearing = [
  indexWrite<object>((db, p, dialect) =>
    dialect === 'sqlite'
      ? raw(
          db,
          sql`delete from customer_word where rowid in
            (select ${rowOf(p.clientId, sql`customer_id`)} from customer_search where client_id = ${p.clientId})`,
        )
      : db.deleteFrom('customer_word').where('client_id', '=', p.clientId),
  ),
  indexWrite<object>((db, p) => db.deleteFrom('customer_search').where('client_id', '=', p.clientId)),
  indexWrite<object>((db, p) => db.deleteFrom('search_word').where('client_id', '=', p.clientId)),
];

/** On SQLite: the words of one customer. */
export const sqliteRow = {
  remove: indexWrite<{ customerId: number }>((db, p) =>
    raw(db, sql`delete from customer_word where rowid = ${rowOf(p.clientId, p.customerId)}`),
  ),
  insert: indexWrite<{ customerId: number; words: string }>((db, p) =>
    raw(db, sql`insert into customer_word (rowid, words) values (${rowOf(p.clientId, p.customerId)}, ${p.words})`),
  ),
  name: indexWrite<{ customerId: number; name: string }>((db, p) =>
    raw(
      db,
      sql`insert into customer_search (client_id, customer_id, name)
        values (cast(${p.clientId} as integer), cast(${p.customerId} as integer), ${p.name})
        on conflict do update set name = excluded.name where name <> excluded.name`,
    ),
  ),
};

/** Is a row of words one of `entries`, a JSON array of `[place, word, customerId]`? */
const isEntryOf = (entries: unknown) =>
  sql<boolean>`(place, word, customer_id) in ${beforehand(
    sql`select ${elementText('postgres', 0)} as place, ${elementText('postgres', 1)} as word,
      cast(${elementText('postgres', 2)} as bigint) as customer_id from ${listOf('postgres', entries)} as list`,
  )}`;

/** On PostgreSQL: the words of many customers at once. */
export const postgresRows = {
  /** `ids` is a JSON array of numbers. */
  wordsOf: read<{ ids: string }, { customerId: number; words: string; run: number | null }>((db, p, dialect) =>
    db
      .selectFrom('customer_search')
      .select(['customer_id as customerId', 'words', 'run'])
      .where('client_id', '=', p.clientId)
      .where(isNumberOf(dialect, sql.ref('customer_id'), p.ids)),
  ),
  /** Of the customers `ids`, those whose words contain one of `marks`; both are JSON arrays. */
  withMarks: read<{ ids: string; marks: string }, { customerId: number; words: string }>((db, p, dialect) =>
    db
      .selectFrom('customer_search')
      .select(['customer_id as customerId', 'words'])
      .where('client_id', '=', p.clientId)
      .where(isNumberOf(dialect, sql.ref('customer_id'), p.ids))
      .where(
        sql<boolean>`exists (select 1 from ${beforehand(
          sql`select ${elementText(dialect)} as mark from ${listOf(dialect, p.marks)} as list`,
        )} as wanted where ${holdsText(dialect, sql`words`, sql`wanted.mark`)})`,
      ),
  ),
  /** `rows` is a JSON array of `[customerId, words, name]`; `run` is that of those who are new. */
  names: indexWrite<{ rows: string; run: number | null }>((db, p, dialect) =>
    db
      .insertInto('customer_search')
      .columns(['client_id', 'customer_id', 'words', 'name', 'run'])
      .expression((eb) =>
        eb
          .selectFrom(listOfClient(dialect, p.rows, p.clientId).as('list'))
          .select([
            'list.client_id',
            sql<number>`cast(${elementText(dialect, 0)} as bigint)`.as('customer_id'),
            elementText(dialect, 1).as('words'),
            elementText(dialect, 2).as('name'),
            sql<number | null>`cast(${p.run} as bigint)`.as('run'),
          ])
          .where(sql<boolean>`true`),
      )
      .onConflict((oc) =>
        oc.columns(['client_id', 'customer_id']).doUpdateSet((eb) => ({
          words: eb.ref('excluded.words'),
          name: eb.ref('excluded.name'),
        })),
      ),
  ),
  /**
   * `entries` is a JSON array of `[place, word, customerId]`, none of which is in the table: `on conflict` would take
   * as long as all the rest.
   */
  insert: indexWrite<{ entries: string }>((db, p, dialect) =>
    db
      .insertInto('customer_word')
      .columns(['client_id', 'place', 'word', 'customer_id'])
      .expression((eb) =>
        eb
          .selectFrom(listOfClient(dialect, p.entries, p.clientId).as('list'))
          .select([
            'list.client_id',
            elementText(dialect, 0).as('place'),
            elementText(dialect, 1).as('word'),
            sql<number>`cast(${elementText(dialect, 2)} as bigint)`.as('customer_id'),
          ]),
      ),
  ),
  /** Those of `entries` that are in the table. */
  among: read<{ entries: string }, { place: string; word: string; customerId: number }>((db, p) =>
    db
      .selectFrom('customer_word')
      .select(['place', 'word', 'customer_id as customerId'])
      .where('client_id', '=', p.clientId)
      .where(isEntryOf(p.entries)),
  ),
  remove: indexWrite<{ entries: string }>((db, p) =>
    db.deleteFrom('customer_word').where('client_id', '=', p.clientId).where(isEntryOf(p.entries)),
  ),
};
