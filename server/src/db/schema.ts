/**
 * The tables, as Kysely sees them. Times are milliseconds since 1970, amounts are cents: numbers in both engines.
 *
 * They fall in three groups, and the type of a statement says which it may write (see statement.ts):
 * the *record* of a customer, what belongs to a client beside it, and the installation itself.
 */

/** An organisation. These rows are read by everyone and seldom written: a cluster keeps a copy on every node. */
export interface ClientTable {
  client_id: number;
  name: string;
  title: string;
  time_zone: string;
  client_types: ClientTypesPolicy;
  created_at: number;
  name_order: NameOrder;
  /** 32 random bytes in hexadecimal, with which cursors and the like are sealed. */
  secret: string;
}

/** The counters of a client; this row is the lock that orders its writes. */
export interface ClientCounterTable {
  client_id: number;
  last_customer_id: number;
  last_client_type_id: number;
  last_key_id: number;
  last_change_number: number;
  last_changed_at: number;
  /** The changes up to this one are no longer kept. */
  pruned_change_number: number;
  last_webhook_id: number;
  last_import_id: number;
}

/** May a caller make a new client-type by using its name? */
export type ClientTypesPolicy = 'open' | 'closed';

/** How names are ordered: `de Vries` under V in the Netherlands (`nl`), under D in Belgium (`be`). */
export type NameOrder = 'nl' | 'be';

export interface CustomerTable {
  client_id: number;
  customer_id: number;
  external_id: string | null;
  email: string;
  /** The address as it is compared: see `keyOfEmail`. */
  email_key: string;
  salutation: string;
  first_name: string;
  last_name: string;
  preposition: string;
  address: string;
  house_nr: string;
  zip: string;
  city: string;
  country: string;
  phone: string;
  credit: number;
  /** JSON: the names of its client-types, in order. `customer_client_type` holds the same, for searches. */
  tags: string;
  created_at: number;
  /** The last change to this customer; within a client it grows together with `changed_at`. */
  change_number: number;
  changed_at: number;
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

export interface ClientTypeTable {
  client_id: number;
  client_type_id: number;
  name: string;
  /** The name as it is compared. In a retired row it is something that cannot be a name, so that the name is free. */
  name_key: string;
  created_at: number;
  /** When it was renamed, merged or removed; the row is deleted when the last of its customers has followed. */
  retired_at: number | null;
  /** What its customers get instead; `null` if it was removed. */
  becomes: number | null;
  retired_by_kind: ActorKind | null;
  retired_by_id: number | null;
}

export interface CustomerClientTypeTable {
  client_id: number;
  customer_id: number;
  client_type_id: number;
}

export interface ApiKeyTable {
  client_id: number;
  key_id: number;
  /** SHA-256 of the key, in hexadecimal. */
  key_hash: string;
  label: string;
  /** Separated by commas. */
  scopes: string;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  /** `500/2000`, `off`, or `null` if the setting of the process applies. */
  rate_limit: string | null;
  /** When it was last used, to a minute. */
  last_used_at: number | null;
  /** The number of the key that took its place. */
  replaced_by: number | null;
}

/**
 * The index of the search. On SQLite these tables are in a file of their own (see sqlite/index-file.ts), and the words
 * of a customer are one row of a full-text table.
 */
export interface CustomerWordTable {
  client_id: number;
  /** Its place: see `Place` in features/search-index/document.ts. */
  place: string;
  word: string;
  customer_id: number;
}

/** A customer as names are ordered, and on PostgreSQL with all its words, to know which of them go when it changes. */
export interface CustomerSearchTable {
  client_id: number;
  customer_id: number;
  /** All its words, each preceded by a line break, its place and a tab. */
  words: string;
  name: string;
}

/** Every word of letters that a customer of the client has or had: what a mistyped one may have meant. */
export interface SearchWordTable {
  client_id: number;
  word: string;
}

/** How far the index of a client is. */
export interface SearchIndexTable {
  client_id: number;
  /** All changes up to this one, and when it was made: another database may have another change of the same number. */
  change_number: number;
  changed_at: number;
  /** While it is being made from all customers, the number of the last one taken in; otherwise `null`. */
  made_to: number | null;
  /** The order of names with which it was made. */
  name_order: NameOrder;
  /** The rules by which it was made: see `RULES` in features/search-index/document.ts. */
  rules: number;
}

/** Where the changes of a client are posted. */
export interface WebhookTable {
  client_id: number;
  webhook_id: number;
  url: string;
  /** JSON: the kinds of changes that it gets; an empty list means all. */
  kinds: string;
  payload: WebhookPayload;
  /** How many changes a delivery holds at most. */
  batch: number;
  state: WebhookState;
  /** What its deliveries are signed with, as Standard Webhooks writes it. */
  secret: string;
  /** The previous secret, which also signs until a time. */
  old_secret: string | null;
  old_secret_until: number | null;
  created_at: number;
  /** Incremented when a caller changes the webhook; the process that delivers then starts afresh. */
  revision: number;
  /** Everything up to this change has been delivered, or is not for it. */
  change_number: number;
  /** The last change of the failed delivery, which is sent again as it was. */
  pending_number: number | null;
  /** How often it has failed, since when, and when it is tried again. */
  failures: number;
  failed_at: number | null;
  next_attempt_at: number | null;
  last_delivery_id: number;
}

export type WebhookPayload = 'thin' | 'full';
export type WebhookState = 'active' | 'failing' | 'disabled';

/** An attempt to deliver. */
export interface WebhookDeliveryTable {
  client_id: number;
  webhook_id: number;
  delivery_id: number;
  sent_at: number;
  message_id: string;
  is_test: number;
  /** The status of the answer, if one came. */
  status: number | null;
  ms: number;
  error: string | null;
  /** The first KiB of the answer. */
  answer: string;
}

/** Which process delivers the webhooks of a client, and until when, by the database's clock. */
export interface WebhookLeaseTable {
  client_id: number;
  holder: string;
  until: number;
}

/** A person who signs in to the console, at one client or several. */
export interface StaffMemberTable {
  staff_id: number;
  email: string;
  /** The address as it is compared. */
  email_key: string;
  name: string;
  /** Argon2id, as a PHC string; `null` until the first link is used. */
  password_hash: string | null;
  /** JSON: what the console remembers for them. */
  preferences: string;
  created_at: number;
}

/** What a staff member may do at a client. The row stays when they leave, so that the history still names them. */
export interface StaffRoleTable {
  client_id: number;
  staff_id: number;
  role: StaffRole;
  /** How the client's history names them: by name, or else by address. */
  label: string;
  added_at: number;
  removed_at: number | null;
}

export type StaffRole = 'viewer' | 'editor' | 'admin';

/** A browser in which a staff member is signed in. */
export interface StaffSessionTable {
  /** SHA-256 of what its cookie holds, in hexadecimal. */
  token_hash: string;
  staff_id: number;
  created_at: number;
  used_at: number;
}

/** A link that lets somebody in once. */
export interface StaffLinkTable {
  /** SHA-256 of its token, in hexadecimal. */
  token_hash: string;
  staff_id: number;
  purpose: LinkPurpose;
  expires_at: number;
}

export type LinkPurpose = 'password' | 'sign-in';

/** How often somebody has tried a password recently. */
export interface StaffAttemptTable {
  /** An account, or an address from which it was tried; see features/sessions/attempts.ts. */
  subject: string;
  since: number;
  attempts: number;
}

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

/** What was answered to a request with an `Idempotency-Key`, for as long as it may be sent again. */
export interface KeptAnswerTable {
  client_id: number;
  /** Who sent the request: another API key may use the same text. */
  by_kind: ActorKind;
  by_id: number;
  idempotency_key: string;
  /** 0 is the answer; work in several transactions has the result of each, counted from 1. */
  part: number;
  /** Fingerprint of the request: another request with the same key is refused. */
  fingerprint: string;
  created_at: number;
  /** The status of the answer; `null` for a part. */
  status: number | null;
  /** JSON. */
  headers: string;
  /** The body of the answer; for a part its result, as JSON. */
  body: string;
}

/** Tables that only a change may write. */
export interface RecordTables {
  customer: CustomerTable;
  customer_client_type: CustomerClientTypeTable;
}

/** What else belongs to a client. */
export interface ClientTables {
  client_type: ClientTypeTable;
  api_key: ApiKeyTable;
  webhook: WebhookTable;
  webhook_delivery: WebhookDeliveryTable;
  webhook_lease: WebhookLeaseTable;
  import_job: ImportJobTable;
  import_refusal: ImportRefusalTable;
  kept_answer: KeptAnswerTable;
}

/** What is above the clients. */
export interface InstallationTables {
  staff_member: StaffMemberTable;
  staff_session: StaffSessionTable;
  staff_link: StaffLinkTable;
  staff_attempt: StaffAttemptTable;
}

/** What is made from the record, to search it. */
export interface IndexTables {
  customer_word: CustomerWordTable;
  customer_search: CustomerSearchTable;
  search_word: SearchWordTable;
  search_index: SearchIndexTable;
}

export interface Database extends RecordTables, ClientTables, IndexTables, InstallationTables {
  client: ClientTable;
  staff_role: StaffRoleTable;
  client_counter: ClientCounterTable;
  customer_change: CustomerChangeTable;
  change_gap: ChangeGapTable;
}
