import { sql } from 'kysely';
import { databaseTime } from '../../db/dialect/expressions.ts';
import type { WebhookPayload, WebhookState } from '../../db/schema.ts';
import { read, systemStatement, write } from '../../db/statement.ts';

/** A webhook, as its table holds it. */
export interface WebhookRow {
  webhookId: number;
  url: string;
  kinds: string;
  payload: WebhookPayload;
  batch: number;
  state: WebhookState;
  secret: string;
  oldSecret: string | null;
  oldSecretUntil: number | null;
  createdAt: number;
  revision: number;
  changeNumber: number;
  pendingNumber: number | null;
  failures: number;
  failedAt: number | null;
  nextAttemptAt: number | null;
  lastDeliveryId: number;
}

const columns = [
  'webhook_id as webhookId',
  'url',
  'kinds',
  'payload',
  'batch',
  'state',
  'secret',
  'old_secret as oldSecret',
  'old_secret_until as oldSecretUntil',
  'created_at as createdAt',
  'revision',
  'change_number as changeNumber',
  'pending_number as pendingNumber',
  'failures',
  'failed_at as failedAt',
  'next_attempt_at as nextAttemptAt',
  'last_delivery_id as lastDeliveryId',
] as const;

export const webhooksOfClient = read<object, WebhookRow>((db, p) =>
  db.selectFrom('webhook').select(columns).where('client_id', '=', p.clientId).orderBy('webhook_id'),
);

export const webhookById = read<{ webhookId: number }, WebhookRow>((db, p) =>
  db.selectFrom('webhook').select(columns).where('client_id', '=', p.clientId).where('webhook_id', '=', p.webhookId),
);

export const insertWebhook = write<WebhookRow>((db, p) =>
  db.insertInto('webhook').values({
    client_id: p.clientId,
    webhook_id: p.webhookId,
    url: p.url,
    kinds: p.kinds,
    payload: p.payload,
    batch: p.batch,
    state: p.state,
    secret: p.secret,
    old_secret: p.oldSecret,
    old_secret_until: p.oldSecretUntil,
    created_at: p.createdAt,
    revision: p.revision,
    change_number: p.changeNumber,
    pending_number: p.pendingNumber,
    failures: p.failures,
    failed_at: p.failedAt,
    next_attempt_at: p.nextAttemptAt,
    last_delivery_id: p.lastDeliveryId,
  }),
);

export const updateWebhook = write<Omit<WebhookRow, 'createdAt'>>((db, p) =>
  db
    .updateTable('webhook')
    .set({
      url: p.url,
      kinds: p.kinds,
      payload: p.payload,
      batch: p.batch,
      state: p.state,
      secret: p.secret,
      old_secret: p.oldSecret,
      old_secret_until: p.oldSecretUntil,
      revision: p.revision,
      change_number: p.changeNumber,
      pending_number: p.pendingNumber,
      failures: p.failures,
      failed_at: p.failedAt,
      next_attempt_at: p.nextAttemptAt,
      last_delivery_id: p.lastDeliveryId,
    })
    .where('client_id', '=', p.clientId)
    .where('webhook_id', '=', p.webhookId),
);

export const deleteWebhook = write<{ webhookId: number }>((db, p) =>
  db.deleteFrom('webhook').where('client_id', '=', p.clientId).where('webhook_id', '=', p.webhookId),
);

/** An attempt, as its table holds it. */
export interface DeliveryRow {
  deliveryId: number;
  sentAt: number;
  messageId: string;
  isTest: number;
  status: number | null;
  ms: number;
  error: string | null;
  answer: string;
}

export const insertDelivery = write<DeliveryRow & { webhookId: number }>((db, p) =>
  db.insertInto('webhook_delivery').values({
    client_id: p.clientId,
    webhook_id: p.webhookId,
    delivery_id: p.deliveryId,
    sent_at: p.sentAt,
    message_id: p.messageId,
    is_test: p.isTest,
    status: p.status,
    ms: p.ms,
    error: p.error,
    answer: p.answer,
  }),
);

/** Forgets the attempts up to one. */
export const deleteDeliveries = write<{ webhookId: number; upTo: number }>((db, p) =>
  db
    .deleteFrom('webhook_delivery')
    .where('client_id', '=', p.clientId)
    .where('webhook_id', '=', p.webhookId)
    .where('delivery_id', '<=', p.upTo),
);

/** The attempts before one, the last one first. */
export const deliveriesBefore = read<{ webhookId: number; before: number; limit: number }, DeliveryRow>((db, p) =>
  db
    .selectFrom('webhook_delivery')
    .select([
      'delivery_id as deliveryId',
      'sent_at as sentAt',
      'message_id as messageId',
      'is_test as isTest',
      'status',
      'ms',
      'error',
      'answer',
    ])
    .where('client_id', '=', p.clientId)
    .where('webhook_id', '=', p.webhookId)
    .where('delivery_id', '<', p.before)
    .orderBy('delivery_id', 'desc')
    .limit(p.limit),
);

export const deliveryCount = read<{ webhookId: number }, { count: number }>((db, p) =>
  db
    .selectFrom('webhook_delivery')
    .select(sql<number>`count(*)`.as('count'))
    .where('client_id', '=', p.clientId)
    .where('webhook_id', '=', p.webhookId),
);

export interface Lease {
  holder: string | null;
  until: number | null;
  /** By the clock of the database. */
  now: number;
}

export const leaseOf = read<object, Lease>((db, p, dialect) =>
  db
    .selectFrom('client_counter as n')
    .leftJoin('webhook_lease as l', (join) =>
      join.on('l.client_id', '=', p.clientId).onRef('l.client_id', '=', 'n.client_id'),
    )
    .select(['l.holder', 'l.until', databaseTime(dialect).as('now')])
    .where('n.client_id', '=', p.clientId),
);

export const insertLease = write<{ holder: string; until: number }>((db, p) =>
  db.insertInto('webhook_lease').values({ client_id: p.clientId, holder: p.holder, until: p.until }),
);

export const updateLease = write<{ holder: string; until: number }>((db, p) =>
  db.updateTable('webhook_lease').set({ holder: p.holder, until: p.until }).where('client_id', '=', p.clientId),
);

/** The clients that have or had a webhook, and who delivers for them. */
export const leases = systemStatement<object, Lease & { clientId: number; name: string; timeZone: string }>(
  (db, _p, dialect) =>
    db
      .selectFrom('client_counter as n')
      .innerJoin('client as c', 'c.client_id', 'n.client_id')
      .leftJoin('webhook_lease as l', 'l.client_id', 'n.client_id')
      .select([
        'n.client_id as clientId',
        'c.name',
        'c.time_zone as timeZone',
        'l.holder',
        'l.until',
        databaseTime(dialect).as('now'),
      ])
      .where('n.last_webhook_id', '>', sql.lit(0)),
);

/** The clients that have or had a webhook, and the number of their last change. */
export const clientsOfWebhooks = systemStatement<object, { clientId: number; client: string; changeNumber: number }>(
  (db) =>
    db
      .selectFrom('client_counter as n')
      .innerJoin('client as c', 'c.client_id', 'n.client_id')
      .select(['n.client_id as clientId', 'c.name as client', 'n.last_change_number as changeNumber'])
      .where('n.last_webhook_id', '>', sql.lit(0)),
);

/** Where the webhooks of a client are in the feed. */
export const webhookCursors = read<object, Pick<WebhookRow, 'state' | 'changeNumber'>>((db, p) =>
  db.selectFrom('webhook').select(['state', 'change_number as changeNumber']).where('client_id', '=', p.clientId),
);
