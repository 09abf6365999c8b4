/** The expressions that the engines spell differently. */
import { type RawBuilder, sql } from '#kysely';
import type { Dialect } from '../statement.ts';

/** Locks the rows that a query reads until the transaction ends; SQLite's transaction holds the only lock there is. */
export function forUpdate(dialect: Dialect): RawBuilder<unknown> {
  return dialect === 'sqlite' ? sql`` : sql`for update`;
}

/** The same without waiting: rows that somebody else has locked are left out. */
export function skipLocked(dialect: Dialect): RawBuilder<unknown> {
  return dialect === 'sqlite' ? sql`` : sql`for update skip locked`;
}

/** The number of the transaction that asks, as text; SQLite has none. */
export function ownTransaction(dialect: Dialect): RawBuilder<string> {
  return dialect === 'sqlite' ? sql`''` : sql`pg_current_xact_id()::text`;
}

/** The number of the transaction that wrote a row last, as text; SQLite keeps none. */
export function transactionOf(dialect: Dialect): RawBuilder<string> {
  return dialect === 'sqlite' ? sql`''` : sql`xmin::text`;
}

/**
 * The time by the database's clock, which all processes share, in milliseconds since 1970: when the statement began. (A
 * cluster refuses a clock that goes on within a statement.)
 */
export function databaseTime(dialect: Dialect): RawBuilder<number> {
  return dialect === 'sqlite'
    ? sql`cast(unixepoch('subsec') * 1000 as integer)`
    : sql`cast(extract(epoch from statement_timestamp()) * 1000 as bigint)`;
}

/** The elements of a JSON array that is passed as text, as rows of a table that must be called `list`. */
export function listOf(dialect: Dialect, json: unknown): RawBuilder<{ value: string }> {
  return dialect === 'sqlite' ? sql`json_each(${json})` : sql`json_array_elements(cast(${json} as json))`;
}

/**
 * The same, where each element becomes a row of a client: its number comes out of a table, so that a cluster leaves the
 * statement to the node of the client.
 */
export function listOfClient(
  dialect: Dialect,
  json: unknown,
  clientId: unknown,
): RawBuilder<{ client_id: number; value: string }> {
  return dialect === 'sqlite'
    ? sql`(select cast(${clientId} as integer) as client_id, value from json_each(${json}))`
    : sql`(select n.client_id, of_client.value from client_counter as n
        cross join json_array_elements(cast(${json} as json)) as of_client where n.client_id = ${clientId})`;
}

/** The nth member of such an element, if it is an array itself; or the element, as text. */
export function elementText(dialect: Dialect, at?: number): RawBuilder<string> {
  if (dialect === 'sqlite') {
    return at === undefined ? sql`list.value` : sql`json_extract(list.value, ${sql.lit(`$[${at}]`)})`;
  }
  return at === undefined ? sql`(list.value #>> '{}')` : sql`(list.value ->> ${sql.lit(at)})`;
}

/**
 * Is a number in a JSON array that is passed as text? On PostgreSQL the array is a list of rows, which it can hash: it
 * compares a row with an array element by element, which takes seconds for thousands of rows and as many numbers.
 */
export function isNumberOf(dialect: Dialect, number: RawBuilder<unknown>, json: unknown): RawBuilder<boolean> {
  return dialect === 'sqlite'
    ? sql`${number} in (select value from json_each(${json}))`
    : sql`${number} in ${beforehand(sql`select unnest(cast(translate(${json}, '[]', '{}') as bigint[]))`)}`;
}

/** The same for numbers of clients: by an array a cluster finds the nodes that it must ask. */
export function isClientOf(dialect: Dialect, number: RawBuilder<unknown>, json: unknown): RawBuilder<boolean> {
  return dialect === 'sqlite'
    ? isNumberOf(dialect, number, json)
    : sql`${number} = any(cast(translate(${json}, '[]', '{}') as bigint[]))`;
}

/** The numbers in a column of many rows, as one text with commas between: a tenth of the cost of as many rows. */
export function numbersText(dialect: Dialect, column: RawBuilder<number>): RawBuilder<string | null> {
  return dialect === 'sqlite' ? sql`group_concat(${column})` : sql`string_agg(cast(${column} as text), ',')`;
}

/** Does the text hold the part? */
export function holdsText(dialect: Dialect, text: RawBuilder<string>, part: unknown): RawBuilder<boolean> {
  return dialect === 'sqlite' ? sql`instr(${text}, ${part}) > 0` : sql`strpos(${text}, ${part}) > 0`;
}

/**
 * A query whose rows are computed before they are compared with others. Behind row-level security PostgreSQL uses an
 * index only for what cannot leak: the comparison of two columns, but not of a column with an expression that takes
 * something out of a list.
 */
export function beforehand<T>(query: RawBuilder<unknown>): RawBuilder<T> {
  return sql`(with made as materialized (${query}) select * from made)`;
}
