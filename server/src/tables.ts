/** All tables of the features, in groups by who may write them: see db/schema.ts. A new table is named here. */
import type { ClientTypeTable, CustomerClientTypeTable } from './features/client-types/tables.ts';
import type { ClientTable } from './features/clients/tables.ts';
import type { CustomerTable } from './features/customers/tables.ts';
import type { ImportJobTable, ImportRefusalTable } from './features/imports/tables.ts';
import type { ApiKeyTable } from './features/keys/tables.ts';
import type {
  CustomerSearchTable,
  CustomerWordPageTable,
  CustomerWordTable,
  SearchIndexTable,
  SearchWordTable,
} from './features/search-index/tables.ts';
import type { StaffAttemptTable, StaffLinkTable, StaffSessionTable } from './features/sessions/tables.ts';
import type { StaffMemberTable, StaffRoleTable } from './features/staff/tables.ts';
import type { WebhookDeliveryTable, WebhookLeaseTable, WebhookTable } from './features/webhooks/tables.ts';
import type { KeptAnswerTable } from './http/idempotency/tables.ts';

declare module './db/schema.ts' {
  interface RecordTables {
    customer: CustomerTable;
  }

  interface DetailTables {
    customer_client_type: CustomerClientTypeTable;
  }

  interface ClientTables {
    client_type: ClientTypeTable;
    api_key: ApiKeyTable;
    webhook: WebhookTable;
    webhook_delivery: WebhookDeliveryTable;
    webhook_lease: WebhookLeaseTable;
    import_job: ImportJobTable;
    import_refusal: ImportRefusalTable;
    kept_answer: KeptAnswerTable;
  }

  interface IndexTables {
    customer_word: CustomerWordTable;
    customer_word_page: CustomerWordPageTable;
    customer_search: CustomerSearchTable;
    search_word: SearchWordTable;
    search_index: SearchIndexTable;
  }

  interface InstallationTables {
    staff_member: StaffMemberTable;
    staff_session: StaffSessionTable;
    staff_link: StaffLinkTable;
    staff_attempt: StaffAttemptTable;
  }

  /** A client and who works there: written by `systemStatement` only. */
  interface Database {
    client: ClientTable;
    staff_role: StaffRoleTable;
  }
}
