/** A connection to a SQLite file, with its statements prepared once. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Connection, Row } from '../connection.ts';
import type { Compiled, Value } from '../statement.ts';
import { translate } from './errors.ts';

interface Prepared {
  readonly statement: StatementSync;
  readonly columns: readonly string[];
}

function rowOf(columns: readonly string[], cells: readonly Value[]): Row {
  const row: Record<string, Value> = {};
  for (let at = 0; at < columns.length; at += 1) row[columns[at] as string] = cells[at] as Value;
  return row;
}

export class SqliteConnection implements Connection {
  readonly #db: DatabaseSync;
  readonly #translate: (error: unknown) => unknown;
  readonly #prepared = new Map<string, Prepared>();
  readonly #runs = new Map<string, StatementSync>();

  /** `translate` turns errors of the file into those of the store. */
  constructor(db: DatabaseSync, translateError: (error: unknown) => unknown = translate) {
    this.#db = db;
    this.#translate = translateError;
  }

  #prepare(sql: string): Prepared {
    let prepared = this.#prepared.get(sql);
    if (prepared === undefined) {
      const statement = this.#db.prepare(sql);
      // The objects that `node:sqlite` makes have no stable shape: they cost a get two microseconds more than these.
      statement.setReturnArrays(true);
      prepared = { statement, columns: statement.columns().map(({ name }) => name) };
      this.#prepared.set(sql, prepared);
    }
    return prepared;
  }

  #prepareRun(sql: string): StatementSync {
    let statement = this.#runs.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      // It returns the number of the last row written, which is beyond 2^53 in the tables of a full-text index.
      statement.setReadBigInts(true);
      this.#runs.set(sql, statement);
    }
    return statement;
  }

  all({ sql }: Compiled, values: Value[]): Row[] {
    try {
      const { statement, columns } = this.#prepare(sql);
      return (statement.all(...values) as unknown as Value[][]).map((cells) => rowOf(columns, cells));
    } catch (error) {
      throw this.#translate(error);
    }
  }

  get({ sql }: Compiled, values: Value[]): Row | undefined {
    try {
      const { statement, columns } = this.#prepare(sql);
      const cells = statement.get(...values) as unknown as Value[] | undefined;
      return cells && rowOf(columns, cells);
    } catch (error) {
      throw this.#translate(error);
    }
  }

  run({ sql }: Compiled, values: Value[]): void {
    try {
      this.#prepareRun(sql).run(...values);
    } catch (error) {
      throw this.#translate(error);
    }
  }

  command(sql: string): void {
    this.run({ sql, names: [] }, []);
  }

  get inTransaction(): boolean {
    return this.#db.isOpen && this.#db.isTransaction;
  }
}
