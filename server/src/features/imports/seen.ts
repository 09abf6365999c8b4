import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { keyOfEmail } from '../../http/wire/email.ts';
import type { RowResult } from './apply.ts';

/**
 * The addresses of the rows so far, on the disk beyond a small cache. A dry run writes nothing, so it could not
 * otherwise know which customers an earlier row would have created.
 */
export class SeenKeys {
  // Without a name SQLite makes a temporary file, which disappears with the connection.
  readonly #db = new DatabaseSync('');
  readonly #insert: StatementSync;

  constructor() {
    this.#db.exec('pragma synchronous = off; pragma journal_mode = off; pragma cache_size = -16384');
    this.#db.exec('create table seen (key text primary key) strict, without rowid; begin');
    this.#insert = this.#db.prepare('insert or ignore into seen values (?)');
  }

  /** Adds rows; returns how many of them have an address that an earlier one had. */
  count(results: readonly RowResult[]): number {
    let repeated = 0;
    for (const { row, outcome } of results) {
      if (outcome === 'refused' || row.values.email === undefined) continue;
      if (this.#insert.run(keyOfEmail(row.values.email)).changes === 0) repeated += 1;
    }
    return repeated;
  }

  close(): void {
    this.#db.close();
  }
}
