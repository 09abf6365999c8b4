/**
 * What a copy moves: every table that cannot be rebuilt, with every column. A table that is new in the schema does not
 * compile until it is listed here.
 */
import type { SelectType } from '#kysely';
import type { Database as AllTables } from '../../db/schema.ts';

/**
 * Left out: the index of the search, which the service on the target rebuilds; the attempts to deliver and the rows
 * that imports refused, which stay with the installation that made them; sessions, since staff sign in again; and the
 * answers that are kept for repeated requests, which are a day old at most, while a copy is made when nobody writes.
 */
type Database = Omit<
  AllTables,
  | 'customer_word'
  | 'customer_word_page'
  | 'customer_search'
  | 'search_word'
  | 'search_index'
  | 'webhook_delivery'
  | 'webhook_lease'
  | 'staff_session'
  | 'staff_link'
  | 'staff_attempt'
  | 'import_refusal'
  | 'kept_answer'
>;

type Kind<Value> = NonNullable<Value> extends number ? 'integer' : 'text';

const columns: {
  readonly [Name in keyof Database]: {
    readonly [Column in keyof Database[Name]]: Kind<SelectType<Database[Name][Column]>>;
  };
} = {
  client: {
    client_id: 'integer',
    name: 'text',
    title: 'text',
    time_zone: 'text',
    client_types: 'text',
    created_at: 'integer',
    name_order: 'text',
    secret: 'text',
  },
  client_counter: {
    client_id: 'integer',
    last_customer_id: 'integer',
    last_client_type_id: 'integer',
    last_key_id: 'integer',
    last_change_number: 'integer',
    last_changed_at: 'integer',
    pruned_change_number: 'integer',
    last_webhook_id: 'integer',
    last_import_id: 'integer',
  },
  customer: {
    client_id: 'integer',
    customer_id: 'integer',
    external_id: 'text',
    email: 'text',
    email_key: 'text',
    salutation: 'text',
    first_name: 'text',
    last_name: 'text',
    preposition: 'text',
    address: 'text',
    house_nr: 'text',
    zip: 'text',
    city: 'text',
    country: 'text',
    phone: 'text',
    credit: 'integer',
    tags: 'text',
    created_at: 'integer',
    change_number: 'integer',
    changed_at: 'integer',
  },
  customer_change: {
    client_id: 'integer',
    change_number: 'integer',
    customer_id: 'integer',
    kind: 'text',
    changed_at: 'integer',
    by_kind: 'text',
    by_id: 'integer',
    changed: 'text',
  },
  change_gap: { client_id: 'integer', from_number: 'integer', to_number: 'integer', made_at: 'integer' },
  client_type: {
    client_id: 'integer',
    client_type_id: 'integer',
    name: 'text',
    name_key: 'text',
    created_at: 'integer',
    retired_at: 'integer',
    becomes: 'integer',
    retired_by_kind: 'text',
    retired_by_id: 'integer',
  },
  customer_client_type: { client_id: 'integer', customer_id: 'integer', client_type_id: 'integer' },
  api_key: {
    client_id: 'integer',
    key_id: 'integer',
    key_hash: 'text',
    label: 'text',
    scopes: 'text',
    created_at: 'integer',
    expires_at: 'integer',
    revoked_at: 'integer',
    rate_limit: 'text',
    last_used_at: 'integer',
    replaced_by: 'integer',
  },
  webhook: {
    client_id: 'integer',
    webhook_id: 'integer',
    url: 'text',
    kinds: 'text',
    payload: 'text',
    batch: 'integer',
    state: 'text',
    secret: 'text',
    old_secret: 'text',
    old_secret_until: 'integer',
    created_at: 'integer',
    revision: 'integer',
    change_number: 'integer',
    pending_number: 'integer',
    failures: 'integer',
    failed_at: 'integer',
    next_attempt_at: 'integer',
    last_delivery_id: 'integer',
  },
  staff_member: {
    staff_id: 'integer',
    email: 'text',
    email_key: 'text',
    name: 'text',
    password_hash: 'text',
    preferences: 'text',
    created_at: 'integer',
  },
  staff_role: {
    client_id: 'integer',
    staff_id: 'integer',
    role: 'text',
    label: 'text',
    added_at: 'integer',
    removed_at: 'integer',
  },
  import_job: {
    client_id: 'integer',
    import_id: 'integer',
    state: 'text',
    fingerprint: 'text',
    file_name: 'text',
    bytes: 'integer',
    spool: 'text',
    options: 'text',
    reading: 'text',
    by_kind: 'text',
    by_id: 'integer',
    created_at: 'integer',
    started_at: 'integer',
    finished_at: 'integer',
    busy_ms: 'integer',
    holder: 'text',
    lease_until: 'integer',
    first_change: 'integer',
    last_customer: 'integer',
    line: 'integer',
    bytes_read: 'integer',
    rows_read: 'integer',
    created: 'integer',
    updated: 'integer',
    unchanged: 'integer',
    refused: 'integer',
    conflicts: 'integer',
    repeated: 'integer',
    counts: 'text',
    error: 'text',
  },
};

/**
 * The primary key, after the client if there is one: whole numbers that begin at 1. The table `client` itself has none.
 */
const keys: { readonly [Name in keyof Database]: readonly (keyof Database[Name] & string)[] } = {
  client: [],
  client_counter: [],
  customer: ['customer_id'],
  customer_change: ['change_number'],
  change_gap: ['to_number'],
  client_type: ['client_type_id'],
  customer_client_type: ['customer_id', 'client_type_id'],
  api_key: ['key_id'],
  webhook: ['webhook_id'],
  staff_member: ['staff_id'],
  staff_role: ['staff_id'],
  import_job: ['import_id'],
};

export type TableName = keyof Database;

export interface Table {
  readonly name: TableName;
  readonly columns: readonly { readonly name: string; readonly kind: 'integer' | 'text' }[];
  readonly key: readonly string[];
  /** Does it belong to a client, or is it above the clients? */
  readonly isOfClient: boolean;
}

function tableOf(name: TableName): Table {
  const kinds = Object.entries(columns[name]);
  const isOfClient = 'client_id' in columns[name];
  return { name, columns: kinds.map(([column, kind]) => ({ name: column, kind })), key: keys[name], isOfClient };
}

/** What a client has, in an order in which no row refers to a later table. */
export const recordTables = (
  [
    'client',
    'client_type',
    'customer',
    'customer_client_type',
    'customer_change',
    'change_gap',
    'webhook',
    'import_job',
  ] as const
).map(tableOf);
/** Copied after all records were compared: without them nobody has access. */
export const keyTables = (['api_key', 'staff_role'] as const).map(tableOf);
/** Copied with them, once for all clients. */
export const memberTable = tableOf('staff_member');
/** Copied last, for all clients at once: a client without it cannot be written to, and no list shows it. */
export const counterTable = tableOf('client_counter');
/** All that a client has. */
export const clientTables: readonly Table[] = [...recordTables, ...keyTables, counterTable];
