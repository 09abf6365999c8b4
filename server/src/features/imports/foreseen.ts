/** What the rows of a dry run would have done so far. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { keyOfEmail } from '../../http/wire/email.ts';
import { foldCase } from '../../http/wire/text.ts';
import type { Wanted } from '../client-types/writes.ts';
import type { CustomerRow } from '../customers/columns.ts';
import type { Known, Naming } from '../customers/known.ts';
import { scratchDatabase } from './file/scratch.ts';

/**
 * The customers as the earlier rows would have left them, on the disk beyond a small cache: a dry run writes nothing
 * else from which a later row could know.
 */
export class Foreseen {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #remove: StatementSync;
  readonly #byEmail: StatementSync;
  readonly #byReference: StatementSync;
  readonly #byId: StatementSync;
  readonly #name: StatementSync;
  readonly #nameOf: StatementSync;
  #noted = new Map<number, { row: CustomerRow; emailKey: string | null }>();
  #named: Wanted[] = [];

  constructor(folder: string) {
    this.#db = scratchDatabase(
      folder,
      `create table customer (
        customer_id integer primary key,
        email_key text unique,
        external_id text unique,
        row text not null
      ) strict;
      create table client_type (name_key text primary key, name text not null) strict, without rowid`,
    );
    this.#insert = this.#db.prepare('insert or replace into customer values (?, ?, ?, ?)');
    this.#remove = this.#db.prepare('delete from customer where customer_id = ?');
    this.#byEmail = this.#db.prepare('select row from customer where email_key = ?');
    this.#byReference = this.#db.prepare('select row from customer where external_id = ?');
    this.#name = this.#db.prepare('insert or ignore into client_type values (?, ?)');
    this.#nameOf = this.#db.prepare('select name from client_type where name_key = ?');
    this.#byId = this.#db.prepare('select row from customer where customer_id = ?');
  }

  /**
   * Begins a chunk: puts these customers, and client-types that would be new, in place of those in the database. What
   * was not kept is forgotten.
   */
  begin(known: Known, records: readonly Naming[], types: Map<string, Wanted>): void {
    this.#noted = new Map();
    this.#named = [];
    for (const [key, { clientTypeId }] of types) {
      const name = clientTypeId === undefined ? this.#nameOf.get(key)?.name : undefined;
      if (name !== undefined) types.set(key, { clientTypeId, name: String(name) });
    }
    const found = new Map<number, CustomerRow>();
    const add = (statement: StatementSync, key: string | number): void => {
      const json = statement.get(key)?.row;
      if (json === undefined) return;
      const row: CustomerRow = JSON.parse(String(json));
      found.set(row.customer_id, row);
    };
    for (const id of known.ids) add(this.#byId, id);
    for (const { values } of records) {
      if (values.email) add(this.#byEmail, keyOfEmail(values.email));
      if (values.customerExternalId) add(this.#byReference, values.customerExternalId);
    }
    known.supersede([...found.values()]);
  }

  /**
   * Notes how a row of the chunk leaves a customer, whether its address leads to it, and the client-types that it would
   * give.
   */
  note(row: CustomerRow, isFoundByEmail: boolean, wanted: readonly Wanted[] = []): void {
    this.#noted.set(row.customer_id, { row, emailKey: isFoundByEmail ? keyOfEmail(row.email) : null });
    this.#named.push(...wanted.filter(({ clientTypeId }) => clientTypeId === undefined));
  }

  /** Keeps what was noted of the chunk, once it is done. */
  keep(): void {
    // All go first: one may have now what another had before. (Others may write meanwhile: the latest counts.)
    for (const id of this.#noted.keys()) this.#remove.run(id);
    for (const [id, { row, emailKey }] of this.#noted)
      this.#insert.run(id, emailKey, row.external_id, JSON.stringify(row));
    for (const { name } of this.#named) this.#name.run(foldCase(name), name);
    this.#noted = new Map();
    this.#named = [];
  }

  close(): void {
    this.#db.close();
  }
}
