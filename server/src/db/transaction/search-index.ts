import type { IndexWrite } from '../statement.ts';
import { type Parameters, ReadTransaction } from './read.ts';

/** Reads and writes the index of the search. It can be rebuilt from the records, and so needs no lock of the client. */
export class IndexTransaction extends ReadTransaction {
  async run<P>(statement: IndexWrite<P>, parameters: P): Promise<void> {
    this.connection.run(statement.compiled[this.dialect], this.values(statement, parameters as Parameters));
  }
}
