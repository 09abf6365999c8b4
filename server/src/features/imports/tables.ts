/** The tables of the imports and of the rows that they refused. */
import type { ActorKind } from '../../db/schema.ts';

/** A file of customers that is or was imported. */
export interface ImportJobTable {
  client_id: number;
  import_id: number;
  state: ImportState;
  /** Fingerprint of the file and the options: the same again is the same job. */
  fingerprint: string;
  file_name: string;
  bytes: number;
  /** The name of the file in the folder of imports. */
  spool: string;
  /** JSON. */
  options: string;
  /** JSON: how the file is read. */
  reading: string;
  by_kind: ActorKind;
  by_id: number | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  /** How long it has been worked on. */
  busy_ms: number;
  /** The process that works on it, and until when, by the database's clock. */
  holder: string | null;
  lease_until: number;
  /** The last change before it began. */
  first_change: number;
  /** The last customer before it began: those that it creates have higher numbers. */
  last_customer: number;
  /** The last line that is done. */
  line: number;
  bytes_read: number;
  rows_read: number;
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
  /** The refused rows whose customer has changed since the export. */
  conflicts: number;
  /** Rows of customers that had an earlier row in the file. */
  repeated: number;
  /** JSON: repairs, warnings, and cells that were not used. */
  counts: string;
  error: string | null;
}

export type ImportState = 'waiting' | 'running' | 'done' | 'cancelled' | 'failed';

/** A refused row, with its own cells. */
export interface ImportRefusalTable {
  client_id: number;
  import_id: number;
  line: number;
  /** JSON. */
  cells: string;
  error: string;
}
