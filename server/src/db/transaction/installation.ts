import type { Connection, Row } from '../connection.ts';
import type { Dialect, Statement } from '../statement.ts';
import { bind, type Parameters } from './read.ts';

/** Reads and writes what is above the clients, for the command, the sessions and the start of the service. */
export class InstallationTransaction {
  readonly #connection: Connection;
  readonly #dialect: Dialect;

  constructor(connection: Connection, dialect: Dialect) {
    this.#connection = connection;
    this.#dialect = dialect;
  }

  async all<P, R>(statement: Statement<P, R>, parameters: P): Promise<R[]> {
    const values = bind(statement, this.#dialect, parameters as Parameters);
    return (await this.#connection.all(statement.compiled[this.#dialect], values)) as Row[] as R[];
  }

  /**
   * Until the transaction ends nobody else makes or changes a client, on any node of a cluster; everybody may read
   * them.
   */
  lockClients(): void {
    if (this.#dialect === 'postgres') this.#connection.command('lock table client in share row exclusive mode');
  }

  async run<P>(statement: Statement<P, never>, parameters: P): Promise<void> {
    const values = bind(statement, this.#dialect, parameters as Parameters);
    this.#connection.run(statement.compiled[this.#dialect], values);
  }
}
