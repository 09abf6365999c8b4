/** Statements on webhooks: their settings and places, attempts, and leases. */
import { sql } from '#kysely';
import { asSent, named } from '../../db/dialect/columns.ts';
import { databaseTime } from '../../db/dialect/expressions.ts';
import { read, systemStatement, write } from '../../db/statement.ts';
import type { WebhookPayload, WebhookState } from './tables.ts';

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

const columnOf = {
  webhookId: 'webhook_id',
  url: 'url',
  kinds: 'kinds',
  payload: 'payload',
  batch: 'batch',
  state: 'state',
  secret: 'secret',
  oldSecret: 'old_secret',
  oldSecretUntil: 'old_secret_until',
  createdAt: 'created_at',
  revision: 'revision',
  changeNumber: 'change_number',
  pendingNumber: 'pending_number',
  failures: 'failures',
  failedAt: 'failed_at',
  nextAttemptAt: 'next_attempt_at',
  lastDeliveryId: 'last_delivery_id',
} as const satisfies Record<keyof WebhookRow, string>;

const columns = named(columnOf);

export const webhooksOfClient = read<object, WebhookRow>((db, p) =>
  db.selectFrom('webhook').select(columns).where('client_id', '=', p.clientId).orderBy('webhook_id'),
);

export const webhookById = read<{ webhookId: number }, WebhookRow>((db, p) =>
  db.selectFrom('webhook').select(columns).where('client_id', '=', p.clientId).where('webhook_id', '=', p.webhookId),
);

export const insertWebhook = write<WebhookRow>((db, p) =>
  db.insertInto('webhook').values({ client_id: p.clientId, ...asSent(columnOf, p) }),
);

const { webhookId: _, createdAt: __, ...changeable } = columnOf;

export const updateWebhook = write<Omit<WebhookRow, 'createdAt'>>((db, p) =>
  db
    .updateTable('webhook')
    .set(asSent(changeable, p))
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

const deliveryColumnOf = {
  deliveryId: 'delivery_id',
  sentAt: 'sent_at',
  messageId: 'message_id',
  isTest: 'is_test',
  status: 'status',
  ms: 'ms',
  error: 'error',
  answer: 'answer',
} as const satisfies Record<keyof DeliveryRow, string>;

export const insertDelivery = write<DeliveryRow & { webhookId: number }>((db, p) =>
  db
    .insertInto('webhook_delivery')
    .values({ client_id: p.clientId, webhook_id: p.webhookId, ...asSent(deliveryColumnOf, p) }),
);

/** Deletes the attempts up to one. */
export const deleteDeliveries = write<{ webhookId: number; upTo: number }>((db, p) =>
  db
    .deleteFrom('webhook_delivery')
    .where('client_id', '=', p.clientId)
    .where('webhook_id', '=', p.webhookId)
    .where('delivery_id', '<=', p.upTo),
);

/** The attempts before one, the latest first. */
export const deliveriesBefore = read<{ webhookId: number; before: number; limit: number }, DeliveryRow>((db, p) =>
  db
    .selectFrom('webhook_delivery')
    .select(named(deliveryColumnOf))
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
  /** By the database's clock. */
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
