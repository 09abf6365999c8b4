/**
 * All that differs between the engines: how a connection runs a statement, how a transaction begins, what an
 * error means, and how a few expressions are spelled. The rest of the code does not know which engine it runs on.
 */
import { type ColumnDataType, type Kysely, type RawBuilder, sql } from 'kysely';
import type { Compiled, Dialect, Value } from './statement.ts';

export type Row = Readonly<Record<string, Value>>;

/** One connection. An engine within the process answers at once, one across a network with a promise. */
export interface Connection {
  /** The rows of a statement. */
  all(statement: Compiled, values: Value[]): Row[] | Promise<Row[]>;
  /** The first row of a statement. */
  get(statement: Compiled, values: Value[]): Row | undefined | Promise<Row | undefined>;
  /** Runs a statement that gives no rows. */
  run(statement: Compiled, values: Value[]): void | Promise<void>;
  /** Runs a command of the transaction: `begin`, `commit`, `savepoint`, … */
  command(sql: string): void | Promise<void>;
}

export interface Engine {
  readonly dialect: Dialect;
  /** Do all clients share one writer, or has each client its own? */
  readonly writers: 'one' | 'per-client';
  /** Runs a function with a connection that sees what is committed. */
  reading<T>(fn: (connection: Connection) => Promise<T>): Promise<T>;
  /**
   * Runs a function in one transaction that has the right to write; commits when it ends well.
   * Rejects with `Unavailable` when that right could not be had in time, or the commit did not succeed.
   */
  writing<T>(fn: (connection: Connection) => Promise<T>): Promise<T>;
  /** A Kysely instance for migrations, on a connection of its own. */
  migrating<T>(fn: (db: Kysely<unknown>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The database cannot do this now, through no fault of the request; nothing of it was stored. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly reason: 'busy' | 'full' | 'failed';
  constructor(reason: 'busy' | 'full' | 'failed', options?: ErrorOptions) {
    super(`The database is unavailable: ${reason}`, options);
    this.reason = reason;
  }
}

/** How each engine makes its tables. */
export const tableTypes: Readonly<Record<Dialect, { integer: ColumnDataType; tableEnd: string }>> = {
  sqlite: { integer: 'integer', tableEnd: 'strict, without rowid' },
  postgres: { integer: 'bigint', tableEnd: '' },
};

/** Locks the rows that a query reads until the transaction ends; SQLite's transaction holds the only lock there is. */
export function forUpdate(dialect: Dialect): RawBuilder<unknown> {
  return dialect === 'sqlite' ? sql`` : sql`for update`;
}
