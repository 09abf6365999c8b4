import type { Kysely } from '#kysely';

interface Types {
  protect(db: Kysely<unknown>, table: string, reach: 'client' | 'installation' | 'above'): Promise<void>;
  readonly index: 'tables' | 'file';
}

/** The policies of row-level security without a subquery, so that a cluster takes them. */
export async function up(db: Kysely<unknown>, types: Types): Promise<void> {
  const ofClient = [
    'customer',
    'customer_change',
    'client_type',
    'customer_client_type',
    'api_key',
    'webhook',
    'webhook_delivery',
    'import_refusal',
    'kept_answer',
  ];
  const ofInstallation = ['client', 'client_counter', 'webhook_lease', 'import_job', 'staff_role'];
  if (types.index === 'tables') {
    ofClient.push('customer_word', 'customer_search', 'search_word');
    ofInstallation.push('search_index');
  }
  for (const table of ofClient) await types.protect(db, table, 'client');
  for (const table of ofInstallation) await types.protect(db, table, 'installation');
  for (const table of ['staff_member', 'staff_session', 'staff_link', 'staff_attempt']) {
    await types.protect(db, table, 'above');
  }
}
