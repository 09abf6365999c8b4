/** A connection to the database, as the transactions use it. */
import type { Compiled, Value } from './statement.ts';

export type Row = Readonly<Record<string, Value>>;

/** Whose rows are reached: those of one client, or what lies above the clients. */
export type Scope = number | 'installation';

/**
 * One connection. An engine within the process answers at once, one across a network by a promise. `run` and `command`
 * need not be awaited: later calls are done after them, and the next call that returns something reports what went
 * wrong, the commit at the latest.
 */
export interface Connection {
  /** The rows of a statement. */
  all(statement: Compiled, values: Value[]): Row[] | Promise<Row[]>;
  /** The first row of a statement. */
  get(statement: Compiled, values: Value[]): Row | undefined | Promise<Row | undefined>;
  /** Runs a statement that returns no rows. */
  run(statement: Compiled, values: Value[]): void;
  /** Runs a command of the transaction: `savepoint`, … */
  command(sql: string): void;
}

/**
 * What a transaction leaves behind once it is committed: nothing, if it wrote nothing; or a row. `isLasting` says that
 * the query finds this row if it is there, now and later, and none that says anything else. Otherwise it returns, as
 * `xid`, the number of the transaction that wrote the row last, and `xid` is the number of this one.
 */
export type Trace =
  | 'none'
  | { readonly isLasting: true; readonly statement: Compiled; readonly values: Value[] }
  | { readonly isLasting: false; readonly statement: Compiled; readonly values: Value[]; readonly xid: string };
