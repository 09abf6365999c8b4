/**
 * The tables, as Kysely sees them. Times are milliseconds since 1970, amounts are cents: numbers in both engines.
 *
 * Here are those that `db/` itself writes: the counters of a client, its changes, and the gaps in their numbers. Each
 * feature has its own in a `tables.ts`, and `server/src/tables.ts` puts them into these groups. The type of a statement
 * says which group it may write (see statement.ts).
 */
import type { Generated } from '#kysely';
import type { CounterColumns } from './counters.ts';

/** The row of a customer: only a change may write it. */
export interface RecordTables {}

/** What else a customer's record holds, in other tables: only a change may write it, after the row. */
export interface DetailTables {}

/** What else belongs to a client. */
export interface ClientTables {}

/** What is made from the record, to search it. */
export interface IndexTables {}

/** What is above the clients. */
export interface InstallationTables {}

export interface Database extends RecordTables, DetailTables, ClientTables, IndexTables, InstallationTables {
  client_counter: ClientCounterTable;
  customer_change: CustomerChangeTable;
  change_gap: ChangeGapTable;
}

/** The counters of a client; this row is the lock that orders its writes. */
export interface ClientCounterTable extends CounterColumns {
  client_id: number;
  /** The changes up to this one are no longer kept. */
  pruned_change_number: Generated<number>;
}

/** One committed change: the history of a record, the audit trail and the feed in one. */
export interface CustomerChangeTable {
  client_id: number;
  change_number: number;
  customer_id: number;
  kind: ChangeKind;
  changed_at: number;
  by_kind: ActorKind;
  by_id: number | null;
  /** JSON: `{"customerCity": ["old", "new"]}`. */
  changed: string;
}

export type ChangeKind = 'created' | 'updated' | 'clienttypes';
/** Who wrote: an API key, a staff member or an import (`by_id` is its number), or the `foyer` command. */
export type ActorKind = 'key' | 'staff' | 'command' | 'import';

/**
 * Numbers that no change of a client has, since its database was restored: those after `from_number`, up to
 * `to_number`.
 */
export interface ChangeGapTable {
  client_id: number;
  from_number: number;
  to_number: number;
  made_at: number;
}
