/** The read transaction: it reaches the data of one client, and nothing else. */
import type { Connection, Row } from '../connection.ts';
import type { AnyStatement, Dialect, ReadStatement, Value } from '../statement.ts';

export type Parameters = Readonly<Record<string, Value>>;

export function bind(statement: AnyStatement, dialect: Dialect, parameters: Parameters): Value[] {
  return statement.compiled[dialect].names.map((name) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`The parameter ${name} is missing`);
    return value;
  });
}

/** Reads the data of one client. */
export class ReadTransaction {
  readonly clientId: number;
  readonly dialect: Dialect;
  #connection: Connection | undefined;

  constructor(connection: Connection, dialect: Dialect, clientId: number) {
    this.#connection = connection;
    this.dialect = dialect;
    this.clientId = clientId;
  }

  protected get connection(): Connection {
    if (this.#connection === undefined) throw new Error('The transaction is over');
    return this.#connection;
  }

  /** The first row of a query, if there is one. */
  async get<P, R>(statement: ReadStatement<P, R>, parameters: P): Promise<R | undefined> {
    const values = this.values(statement, parameters as Parameters);
    return (await this.connection.get(statement.compiled[this.dialect], values)) as R | undefined;
  }

  /** All rows of a query. */
  async all<P, R>(statement: ReadStatement<P, R>, parameters: P): Promise<R[]> {
    const values = this.values(statement, parameters as Parameters);
    return (await this.connection.all(statement.compiled[this.dialect], values)) as Row[] as R[];
  }

  protected values(statement: AnyStatement, parameters: Parameters): Value[] {
    return bind(statement, this.dialect, { ...parameters, clientId: this.clientId });
  }

  /** From here on every use is an error. */
  end(): void {
    this.#connection = undefined;
  }
}
