/** The tables of the webhooks: settings and places, attempts, and leases. */

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
