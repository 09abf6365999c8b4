/** A connection to the database, as the transactions use it. */
import type { Compiled, Value } from './statement.ts';

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
