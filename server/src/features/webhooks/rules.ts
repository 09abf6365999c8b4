/** Webhooks on the wire, and when a delivery is tried again. Pure. */
import type { Webhook } from '../../../../sdk/src/contract/webhooks.ts';
import { formatTime } from '../../http/wire/time.ts';
import type { ChangeRow, Gap } from '../changes/queries.ts';
import { countChanges, presentChange, presentThin } from '../changes/rules.ts';
import type { DeliveryRow, WebhookRow } from './queries.ts';

const MIN_RETRY_PAUSE_MS = 2000;
const MAX_RETRY_PAUSE_MS = 3_600_000;
/** After this long without success, a webhook is failing. */
const FAILING_AFTER_MS = 3 * 86_400_000;
/** A receiver cannot ask to be left alone for longer. */
const MAX_RETRY_AFTER_MS = 86_400_000;
/** How long the previous secret also signs. */
export const OLD_SECRET_MS = 86_400_000;

const GONE = 410;

/** The result of an attempt to deliver. */
export interface Attempt {
  readonly sentAt: number;
  readonly ms: number;
  /** `undefined` if no answer came. */
  readonly status: number | null;
  readonly error: string | null;
  readonly answer: string;
  /** When the receiver wants the next attempt, in milliseconds since 1970. */
  readonly retryAt: number | undefined;
}

export const isAccepted = ({ status }: { readonly status: number | null }): boolean =>
  status !== null && status >= 200 && status < 300;

/** What a delivery is signed with. */
export const secretsOf = ({ secret, oldSecret, oldSecretUntil }: WebhookRow, now: number): string[] =>
  oldSecret !== null && (oldSecretUntil ?? 0) > now ? [secret, oldSecret] : [secret];

/** The row after an attempt to deliver up to a change. `random` is from 0 to 1. */
export function afterAttempt(row: WebhookRow, attempt: Attempt, upTo: number, random: number): WebhookRow {
  if (isAccepted(attempt)) return accepted({ ...row, changeNumber: upTo });
  if (attempt.status === GONE) return { ...row, state: 'disabled', failures: row.failures + 1, nextAttemptAt: null };
  const now = attempt.sentAt + attempt.ms;
  const failedAt = row.failedAt ?? attempt.sentAt;
  const isFailing = now - failedAt > FAILING_AFTER_MS;
  const ceiling = isFailing ? MAX_RETRY_PAUSE_MS : Math.min(MAX_RETRY_PAUSE_MS, MIN_RETRY_PAUSE_MS * 2 ** row.failures);
  // Random within the upper half: receivers that were down together are not retried together.
  const paused = now + ceiling / 2 + (ceiling / 2) * random;
  const asked = Math.min(attempt.retryAt ?? 0, now + MAX_RETRY_AFTER_MS);
  return {
    ...row,
    state: isFailing ? 'failing' : row.state,
    pendingNumber: upTo,
    failures: row.failures + 1,
    failedAt,
    nextAttemptAt: Math.round(Math.max(paused, asked)),
  };
}

/** The row without a failed delivery. */
export const accepted = (row: WebhookRow): WebhookRow => ({
  ...row,
  state: 'active',
  pendingNumber: null,
  failures: 0,
  failedAt: null,
  nextAttemptAt: null,
});

/** Which changes are for it. */
export function wants(row: WebhookRow): (change: ChangeRow) => boolean {
  const kinds: readonly string[] = JSON.parse(row.kinds);
  return kinds.length === 0 ? () => true : ({ kind }) => kinds.includes(kind);
}

/** The client whose changes they are. */
export interface Origin {
  readonly clientId: number;
  readonly name: string;
  readonly timeZone: string;
}

/** The id and the body of a delivery: the same for the same changes. */
export function messageOf(
  { webhookId, payload, revision }: WebhookRow,
  { clientId, name, timeZone }: Origin,
  changes: readonly ChangeRow[],
) {
  const [first, last] = [changes[0] as ChangeRow, changes.at(-1) as ChangeRow];
  const present = payload === 'full' ? presentChange : presentThin;
  const head = `{"type":"customer.changes","timestamp":"${new Date(last.at).toISOString()}"`;
  const presented = changes.map((row) => present(row, timeZone)).join(',');
  const data = `{"client":"${name}","cursor":"${last.number}","changes":[${presented}]}`;
  return {
    id: `msg_${clientId}_${webhookId}_${revision}_${first.number}_${last.number}`,
    clientId,
    changes: changes.map(({ number }) => number),
    body: `${head},"data":${data}}`,
  };
}

export const testMessage = ({ webhookId, lastDeliveryId }: WebhookRow, { clientId, name }: Origin, now: number) => ({
  id: `msg_${clientId}_${webhookId}_test_${lastDeliveryId}_${now}`,
  clientId,
  changes: [],
  body: JSON.stringify({ type: 'test', timestamp: new Date(now).toISOString(), data: { client: name, webhookId } }),
});

/** The number of the last change of a client, and the numbers that no change has. */
export interface FeedNumbers {
  readonly last: number;
  readonly gaps: readonly Gap[];
}

export function presentWebhook(
  row: WebhookRow,
  { last, gaps }: FeedNumbers,
  timeZone: string,
  isSecretShown = false,
): Webhook {
  return {
    webhookId: row.webhookId,
    url: row.url,
    kinds: JSON.parse(row.kinds),
    payload: row.payload,
    batch: row.batch,
    state: row.state,
    cursor: String(row.changeNumber),
    behind: countChanges(row.changeNumber, last, gaps),
    failures: row.failures,
    nextAttemptAt: row.nextAttemptAt === null ? null : formatTime(row.nextAttemptAt, timeZone),
    createdAt: formatTime(row.createdAt, timeZone),
    secret: isSecretShown ? row.secret : null,
  };
}

export const presentDelivery = (row: Omit<DeliveryRow, 'deliveryId'>, timeZone: string) => ({
  at: formatTime(row.sentAt, timeZone),
  messageId: row.messageId,
  isTest: row.isTest === 1,
  isAccepted: isAccepted(row),
  status: row.status,
  ms: row.ms,
  error: row.error,
  answer: row.answer,
});
