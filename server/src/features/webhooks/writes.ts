/**
 * The writes of webhooks. A change by a caller increments the row's revision, and the process that delivers starts
 * afresh.
 */
import { randomBytes } from 'node:crypto';
import type { WriteTransaction } from '../../db/transaction/write.ts';
import { feedEnds } from '../changes/queries.ts';
import {
  deleteDeliveries,
  deleteWebhook,
  insertDelivery,
  insertLease,
  insertWebhook,
  leaseOf,
  updateLease,
  updateWebhook,
  type WebhookRow,
  webhookById,
} from './queries.ts';
import type { Attempt } from './rules.ts';
import { accepted, OLD_SECRET_MS } from './rules.ts';

/** 192 random bits, as Standard Webhooks writes a secret. */
const makeSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`;

/** How many attempts are kept for each webhook. */
const KEPT_ATTEMPTS = 1000;

export type WebhookSettings = Partial<Pick<WebhookRow, 'url' | 'kinds' | 'payload' | 'batch'>>;

/** Makes a webhook that begins with the next change. */
export async function createWebhook(
  tx: WriteTransaction,
  { url = '', kinds = '[]', payload = 'thin', batch = 1 }: WebhookSettings,
): Promise<WebhookRow> {
  const ends = await tx.get(feedEnds, {});
  const row: WebhookRow = {
    webhookId: await tx.next('webhookId'),
    url,
    kinds,
    payload,
    batch,
    state: 'active',
    secret: makeSecret(),
    oldSecret: null,
    oldSecretUntil: null,
    createdAt: Date.now(),
    revision: 0,
    changeNumber: ends?.last ?? 0,
    pendingNumber: null,
    failures: 0,
    failedAt: null,
    nextAttemptAt: null,
    lastDeliveryId: 0,
  };
  await tx.run(insertWebhook, row);
  return row;
}

/** Changes the given settings. */
export async function changeWebhook(
  tx: WriteTransaction,
  before: WebhookRow,
  { enabled, rotate, ...settings }: WebhookSettings & { enabled?: boolean | undefined; rotate?: boolean | undefined },
): Promise<WebhookRow> {
  const row = { ...before, ...settings, revision: before.revision + 1 };
  if (enabled === false) Object.assign(row, { state: 'disabled', nextAttemptAt: null });
  // A failed delivery is retried at once: the change may have fixed its cause.
  else if (enabled === true || row.state !== 'disabled') Object.assign(row, accepted(row));
  if (rotate) {
    Object.assign(row, {
      secret: makeSecret(),
      oldSecret: before.secret,
      oldSecretUntil: Date.now() + OLD_SECRET_MS,
    });
  }
  await tx.run(updateWebhook, row);
  return row;
}

/** Lets it continue from just after a change. */
export async function replayFrom(tx: WriteTransaction, before: WebhookRow, changeNumber: number): Promise<WebhookRow> {
  const row = { ...accepted(before), changeNumber, revision: before.revision + 1 };
  await tx.run(updateWebhook, row);
  return row;
}

export async function removeWebhook(tx: WriteTransaction, webhookId: number): Promise<void> {
  await tx.run(deleteDeliveries, { webhookId, upTo: Number.MAX_SAFE_INTEGER });
  await tx.run(deleteWebhook, { webhookId });
}

/** An attempt to record. */
export interface Made {
  readonly messageId: string;
  readonly isTest: boolean;
  readonly attempt: Attempt;
}

/** Records attempts, and the webhook's new state unless a caller has changed the webhook meanwhile. */
export async function recordAttempts(
  tx: WriteTransaction,
  after: WebhookRow,
  made: readonly Made[],
): Promise<WebhookRow | undefined> {
  const { webhookId } = after;
  const now = await tx.get(webhookById, { webhookId });
  if (now === undefined) return undefined;
  let { lastDeliveryId } = now;
  for (const { messageId, isTest, attempt } of made) {
    lastDeliveryId += 1;
    const { sentAt, status, ms, error, answer } = attempt;
    const row = { deliveryId: lastDeliveryId, sentAt, messageId, isTest: isTest ? 1 : 0, status, ms, error, answer };
    await tx.run(insertDelivery, { webhookId, ...row });
  }
  const upTo = lastDeliveryId - KEPT_ATTEMPTS;
  if (upTo > 0 && made.length > 0) await tx.run(deleteDeliveries, { webhookId, upTo });
  const row = { ...(now.revision === after.revision ? after : now), lastDeliveryId };
  await tx.run(updateWebhook, row);
  return row;
}

/** Takes or renews a client's lease for a time; returns whether it was available. */
export async function takeLease(tx: WriteTransaction, holder: string, ms: number): Promise<boolean> {
  const lease = await tx.get(leaseOf, {});
  if (lease === undefined) return false;
  const isFree = lease.holder === null || lease.holder === holder || Number(lease.until) <= lease.now;
  if (!isFree) return false;
  await tx.run(lease.holder === null ? insertLease : updateLease, { holder, until: lease.now + ms });
  return true;
}
