/** On PostgreSQL: the statements that read and write pages of words. See `CustomerWordPageTable`. */
import { sql } from '#kysely';
import { beforehand, elementText, listOf, listOfClient } from '../../../db/dialect/expressions.ts';
import { indexWrite } from '../../../db/statement.ts';

const LINE = sql.lit('\n');

/** Sorts after every word that begins with the text before it. */
export const END = '\u{10ffff}';

/**
 * The customers with one of the words of `wanted`, a table of `word` and `below`, as rows of numbers with commas or
 * line breaks between; `begun` is a JSON array of each word with each of its beginnings. All words of a page begin with
 * its start: where that begins with a wanted word they are all meant; where it is a beginning of one, each is compared.
 *
 * With `offset 0`, PostgreSQL looks the pages up one by one. It expects more wanted words than there are, and would
 * otherwise read all pages of the place.
 */
export function inPages(p: { clientId: number; place: string; begun: string }, isWhole: boolean) {
  const among = sql`select e.numbers from ${beforehand(
    sql`select ${elementText('postgres', 0)} as word, ${elementText('postgres', 0)} || ${sql.lit(END)} as below,
      ${elementText('postgres', 1)} as start from ${listOf('postgres', p.begun)} as list`,
  )} as begun
    cross join lateral (
      select p.words, p.numbers from customer_word_page as p
      where p.client_id = ${p.clientId} and p.place = ${p.place} and p.start = begun.start
      and strpos(${LINE} || p.words, ${LINE} || begun.word) > 0
      offset 0) as p
    cross join lateral unnest(string_to_array(p.words, ${LINE}), string_to_array(p.numbers, ${LINE}))
      as e(word, numbers)
    where ${isWhole ? sql`e.word = begun.word` : sql`e.word >= begun.word and e.word < begun.below`}`;
  if (isWhole) return among;
  return sql`select p.numbers from wanted cross join lateral (
      select p.numbers from customer_word_page as p
      where p.client_id = ${p.clientId} and p.place = ${p.place} and p.start >= wanted.word and p.start < wanted.below
      offset 0) as p
    union all ${among}`;
}

/** The words of `wanted`, a table of `place` and `word`, that the pages have of a customer. */
export const wordsInPages = ({ clientId, customerId }: { clientId: number; customerId: number }) =>
  sql`select begun.place, begun.word from ${beforehand(
    sql`select wanted.place, wanted.word, left(wanted.word, n) as start, s.run from wanted
      join customer_search as s on s.client_id = ${clientId} and s.customer_id = cast(${customerId} as bigint)
      cross join lateral generate_series(1, char_length(wanted.word)) as n`,
  )} as begun
    cross join lateral (
      select p.words, p.numbers from customer_word_page as p
      where p.client_id = ${clientId} and p.place = begun.place and p.start = begun.start and p.run = begun.run
      offset 0) as p
    cross join lateral unnest(string_to_array(p.words, ${LINE}), string_to_array(p.numbers, ${LINE}))
      as e(word, numbers)
    where e.word = begun.word and cast(${customerId} as text) = any(string_to_array(e.numbers, ','))
    and not exists (select from customer_word as w where w.client_id = ${clientId} and w.place = begun.place
      and w.word = begun.word and w.customer_id = -cast(${customerId} as bigint))`;

export const pageRows = {
  /** `rows` is a JSON array of `[place, start, words, numbers, run]`. */
  insert: indexWrite<{ rows: string }>((db, p, dialect) =>
    db
      .insertInto('customer_word_page')
      .columns(['client_id', 'place', 'start', 'words', 'numbers', 'run'])
      .expression((eb) =>
        eb
          .selectFrom(listOfClient(dialect, p.rows, p.clientId).as('list'))
          .select([
            'list.client_id',
            elementText(dialect, 0).as('place'),
            elementText(dialect, 1).as('start'),
            elementText(dialect, 2).as('words'),
            elementText(dialect, 3).as('numbers'),
            sql<number>`cast(${elementText(dialect, 4)} as bigint)`.as('run'),
          ]),
      ),
  ),
  clear: indexWrite<object>((db, p) => db.deleteFrom('customer_word_page').where('client_id', '=', p.clientId)),
};
