/**
 * All that differs between the engines: how a connection runs a statement, how a transaction begins, what an
 * error means, and how a few expressions are spelled. The rest of the code does not know which engine it runs on.
 */
import { type ColumnDataType, type Kysely, type RawBuilder, sql } from 'kysely';
import type { HeavyRead, IndexWork } from './heavy/job.ts';
import type { Compiled, Dialect, Value } from './statement.ts';

export type Row = Readonly<Record<string, Value>>;

/** Whose rows are reached: those of one client, or what lies above the clients. */
export type Scope = number | 'installation';

/**
 * One connection. An engine within the process answers at once, one across a network with a promise.
 * `run` and `command` need not be waited for: what is asked next is done after them, and what went wrong is told by what
 * gives an answer, at the latest by the commit.
 */
export interface Connection {
  /** The rows of a statement. */
  all(statement: Compiled, values: Value[]): Row[] | Promise<Row[]>;
  /** The first row of a statement. */
  get(statement: Compiled, values: Value[]): Row | undefined | Promise<Row | undefined>;
  /** Runs a statement that gives no rows. */
  run(statement: Compiled, values: Value[]): void;
  /** Runs a command of the transaction: `savepoint`, … */
  command(sql: string): void;
}

/**
 * What a transaction leaves behind once it is committed: nothing, where it wrote nothing; or a row, by a query that gives the number of
 * the transaction that wrote it last, as `xid`. `isLasting` says that no later transaction writes that row.
 */
export type Trace = 'none' | { readonly statement: Compiled; readonly values: Value[]; readonly isLasting: boolean };

export interface Engine {
  readonly dialect: Dialect;
  /** Do all clients share one writer, or has each client its own? */
  readonly writers: 'one' | 'per-client';
  /** Runs a function with a connection that sees what is committed. */
  reading<T>(scope: Scope, fn: (connection: Connection) => Promise<T>): Promise<T>;
  /**
   * Runs a read where it holds nobody up, in turns between clients. Rejects with `Unavailable` when it takes too long, or when too
   * much waits for a caller (any text that tells callers apart), for the client, or in all.
   */
  heavily<A>(clientId: number, caller: string, read: HeavyRead<A>, args: A): Promise<string>;
  /** Writes the index of the search, one after another. */
  indexing<A>(clientId: number, work: IndexWork<A>, args: A): Promise<string>;
  /** Runs a function with a connection that reads what the index says of itself, of all clients; it may find no index at all. */
  readingIndex<T>(fn: (connection: Connection) => Promise<T>): Promise<T | undefined>;
  /**
   * Runs a function in one transaction that has the right to write; commits when it ends well. When the transaction
   * surely came to nothing through no fault of its own, the function may be run again in another.
   * Rejects with `Unavailable` when that right could not be had in time, or the commit did not succeed; with
   * `OutcomeUnknown` when nobody can say whether it did. `traceOf` helps to say it.
   */
  writing<T>(scope: Scope, fn: (connection: Connection) => Promise<T>, traceOf?: (result: T) => Trace): Promise<T>;
  /** A Kysely instance for migrations, on a connection of its own. */
  migrating<T>(fn: (db: Kysely<unknown>) => Promise<T>): Promise<T>;
  /** Files of it that others on this machine may read. */
  exposedFiles(): string[];
  close(): Promise<void>;
}

/**
 * Who sees the rows of a table: their client; their client and the installation; or, where they have none, the installation alone.
 */
type Reach = 'client' | 'installation' | 'above';

interface TableTypes {
  /** Lets the statements that follow in the transaction see the rows of a client; of 0, those of the installation. */
  enter(db: Kysely<unknown>, clientId: number): Promise<void>;
  readonly integer: ColumnDataType;
  readonly tableEnd: string;
  /** The type of text that is ordered by its bytes, so that a range of it holds what begins alike. */
  readonly bytewise: ColumnDataType | RawBuilder<unknown>;
  /** Where the index of the search stands: in tables of the database, or in a file of its own. */
  readonly index: 'tables' | 'file';
  /** 32 random bytes in hexadecimal, others in each row. */
  readonly randomHex: RawBuilder<string>;
  /** What else it takes to let a statement see the rows of its client only. */
  protect(db: Kysely<unknown>, table: string, reach: Reach): Promise<void>;
}

/** How each engine makes its tables. */
export const tableTypes: Readonly<Record<Dialect, TableTypes>> = {
  sqlite: {
    integer: 'integer',
    bytewise: 'text',
    tableEnd: 'strict, without rowid',
    index: 'file',
    randomHex: sql`lower(hex(randomblob(32)))`,
    protect: async () => {},
    enter: async () => {},
  },
  postgres: {
    integer: 'bigint',
    bytewise: sql`text collate "C"`,
    tableEnd: '',
    index: 'tables',
    randomHex: sql`replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')`,
    enter: enterClient,
    protect: protectRows,
  },
};

/** The setting that holds, within a transaction, the number of the client whose rows are seen; 0 is the installation. */
export const CLIENT_SETTING = 'foyer.client_id';

async function enterClient(db: Kysely<unknown>, clientId: number): Promise<void> {
  await sql`select set_config(${sql.lit(CLIENT_SETTING)}, ${sql.lit(String(clientId))}, true)`.execute(db);
}

/** Row-level security, also for the owner of the table. A connection that has not said whose rows it reads sees none. */
async function protectRows(db: Kysely<unknown>, table: string, reach: Reach): Promise<void> {
  const current = sql`(select nullif(current_setting(${sql.lit(CLIENT_SETTING)}, true), '')::bigint)`;
  const isInstallation = sql`${current} = ${sql.lit(0)}`;
  const rows = {
    client: sql`client_id = ${current}`,
    installation: sql`client_id = ${current} or ${isInstallation}`,
    above: isInstallation,
  }[reach];
  await sql`alter table ${sql.table(table)} enable row level security, force row level security`.execute(db);
  await sql`create policy of_client on ${sql.table(table)} using (${rows})`.execute(db);
}

/** Locks the rows that a query reads until the transaction ends; SQLite's transaction holds the only lock there is. */
export function forUpdate(dialect: Dialect): RawBuilder<unknown> {
  return dialect === 'sqlite' ? sql`` : sql`for update`;
}

/** The same for who does not wait: rows that somebody else has locked are left out. */
export function skipLocked(dialect: Dialect): RawBuilder<unknown> {
  return dialect === 'sqlite' ? sql`` : sql`for update skip locked`;
}

/** The number of the transaction that wrote a row last, as text; SQLite keeps none. */
export function transactionOf(dialect: Dialect): RawBuilder<string> {
  return dialect === 'sqlite' ? sql`''` : sql`xmin::text`;
}

/** The time by the clock of the database, which all processes share, in milliseconds since 1970. */
export function databaseTime(dialect: Dialect): RawBuilder<number> {
  return dialect === 'sqlite'
    ? sql`cast(unixepoch('subsec') * 1000 as integer)`
    : sql`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`;
}

/** The elements of a JSON array that is given as text, as rows of a table that must be called `list`. */
export function listOf(dialect: Dialect, json: unknown): RawBuilder<{ value: string }> {
  return dialect === 'sqlite' ? sql`json_each(${json})` : sql`json_array_elements(cast(${json} as json))`;
}

/** A member of such an element that is an array itself, by its place; or the element, as text. */
export function elementText(dialect: Dialect, at?: number): RawBuilder<string> {
  if (dialect === 'sqlite') {
    return at === undefined ? sql`list.value` : sql`json_extract(list.value, ${sql.lit(`$[${at}]`)})`;
  }
  return at === undefined ? sql`(list.value #>> '{}')` : sql`(list.value ->> ${sql.lit(at)})`;
}

/** Is a number in a JSON array that is given as text? */
export function isNumberOf(dialect: Dialect, number: RawBuilder<unknown>, json: unknown): RawBuilder<boolean> {
  return dialect === 'sqlite'
    ? sql`${number} in (select value from json_each(${json}))`
    : sql`${number} = any(cast(translate(${json}, '[]', '{}') as bigint[]))`;
}

/** The numbers of a column of many rows, in one text with commas between: it costs a tenth of as many rows. */
export function numbersText(dialect: Dialect, column: RawBuilder<number>): RawBuilder<string | null> {
  return dialect === 'sqlite' ? sql`group_concat(${column})` : sql`string_agg(cast(${column} as text), ',')`;
}

/** Does the text hold the part? */
export function holdsText(dialect: Dialect, text: RawBuilder<string>, part: unknown): RawBuilder<boolean> {
  return dialect === 'sqlite' ? sql`instr(${text}, ${part}) > 0` : sql`strpos(${text}, ${part}) > 0`;
}

/**
 * A query whose rows are made before they are compared with others. Behind row-level security PostgreSQL uses an index only for
 * what cannot leak: the comparison of two columns, but not of one with what is yet to be taken out of a list.
 */
export function beforehand<T>(query: RawBuilder<unknown>): RawBuilder<T> {
  return sql`(with made as materialized (${query}) select * from made)`;
}
