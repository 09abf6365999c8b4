/** The endpoints of webhooks. */
import { madeKinds } from '../../../../sdk/src/contract/changes.ts';
import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { WebhookConfig } from '../../config.ts';
import type { ReadTransaction } from '../../db/transaction/read.ts';
import type { WriteTransaction } from '../../db/transaction/write.ts';
import type { Caller } from '../../http/caller.ts';
import type { Serve } from '../../http/endpoint.ts';
import { type ProblemError, validationProblem } from '../../http/problem.ts';
import { pageOf, readBefore } from '../../http/wire/by-number.ts';
import { LostPlace, NotFound } from '../../refusals.ts';
import { feedEnds, gapsOfClient, placeInFeed } from '../changes/queries.ts';
import { lossAt, readCursor } from '../changes/rules.ts';
import { urlFault } from './address.ts';
import type { Deliveries } from './deliveries.ts';
import { deliveriesBefore, deliveryCount, type WebhookRow, webhookById, webhooksOfClient } from './queries.ts';
import { type FeedNumbers, isAccepted, presentDelivery, presentWebhook, secretsOf, testMessage } from './rules.ts';
import type { Sender } from './send.ts';
import {
  changeWebhook,
  createWebhook,
  recordAttempts,
  removeWebhook,
  replayFrom,
  type WebhookSettings,
} from './writes.ts';

const MAX_WEBHOOKS = 1000;
const DEFAULT_LIMIT = 50;

export function webhookRoutes(serve: Serve, config: WebhookConfig, sender: Sender, deliveries: Deliveries): void {
  const { list, create, get, update, remove, test, replay, deliveries: attempts } = endpoints.webhooks;

  serve(list, async ({ store, key }) =>
    store.read(key.clientId, async (tx) => {
      const [rows, feed] = await Promise.all([tx.all(webhooksOfClient, {}), feedOf(tx)]);
      return rows.map((row) => presentWebhook(row, feed, key.timeZone));
    }),
  );

  serve(create, async ({ once, key, values }) => {
    const settings = await readSettings(values, config);
    const shown = await once.write(async (tx) => {
      const all = await tx.all(webhooksOfClient, {});
      if (all.length >= MAX_WEBHOOKS) throw tooMany();
      const row = await createWebhook(tx, settings);
      return presentWebhook(row, { last: row.changeNumber, gaps: [] }, key.timeZone, true);
    });
    await deliveries.look(key.clientId);
    return shown;
  });

  serve(get, async ({ store, key, params }) =>
    store.read(key.clientId, async (tx) => {
      const [row, feed] = await Promise.all([find(tx, params), feedOf(tx)]);
      return presentWebhook(row, feed, key.timeZone);
    }),
  );

  serve(update, async ({ store, once, key, params, values }) => {
    await store.read(key.clientId, (tx) => find(tx, params));
    const settings = await readSettings(values, config);
    const { enabled, rotate } = values;
    const shown = await once.write(async (tx) => {
      const row = await changeWebhook(tx, await find(tx, params), { ...settings, enabled, rotate });
      return presentWebhook(row, await feedOf(tx), key.timeZone, rotate === true);
    });
    await deliveries.look(key.clientId);
    return shown;
  });

  serve(remove, async ({ store, key, params }) => {
    await store.write(key, async (tx) => {
      await find(tx, params);
      await removeWebhook(tx, params.webhookId);
    });
    await deliveries.look(key.clientId);
    return undefined;
  });

  serve(test, async ({ store, once, key, params }) => {
    const row = await store.read(key.clientId, (tx) => find(tx, params));
    const { id, ...message } = testMessage(row, originOf(key), Date.now());
    const attempt = await sender.send({ id, url: row.url, secrets: secretsOf(row, Date.now()), ...message });
    const shown = await once.write(async (tx) => {
      const now = await find(tx, params);
      const isWell = isAccepted(attempt) && now.state === 'failing';
      const after = isWell ? await changeWebhook(tx, now, { enabled: true }) : now;
      await recordAttempts(tx, after, [{ messageId: id, isTest: true, attempt }]);
      return presentDelivery({ ...attempt, messageId: id, isTest: 1 }, key.timeZone);
    });
    await deliveries.look(key.clientId);
    return shown;
  });

  serve(replay, async ({ once, key, params, values }) => {
    const from = readCursor('after', values.after);
    const shown = await once.write(async (tx) => {
      const before = await find(tx, params);
      const after = typeof from === 'number' ? from : await endOf(tx, from);
      const place = await tx.get(placeInFeed, { after });
      const loss = place && lossAt(after, place);
      if (loss !== undefined) throw new LostPlace(loss);
      return presentWebhook(await replayFrom(tx, before, after), await feedOf(tx), key.timeZone);
    });
    await deliveries.look(key.clientId);
    return shown;
  });

  serve(attempts, async ({ store, key, params, query }) => {
    const { webhookId } = params;
    const { limit = DEFAULT_LIMIT } = query;
    const before = readBefore(query.cursor, 'attempt');
    return store.read(key.clientId, async (tx) => {
      await find(tx, params);
      const [rows, counted] = await Promise.all([
        tx.all(deliveriesBefore, { webhookId, before, limit: limit + 1 }),
        tx.get(deliveryCount, { webhookId }),
      ]);
      const { shown, nextCursor } = pageOf(rows, limit, ({ deliveryId }) => deliveryId);
      const all = shown.map((row) => presentDelivery(row, key.timeZone));
      return JSON.stringify({ deliveries: all, nextCursor, count: counted?.count ?? 0, countIsExact: true });
    });
  });
}

const originOf = ({ clientId, clientName, timeZone }: Caller) => ({ clientId, name: clientName, timeZone });

async function find(tx: ReadTransaction | WriteTransaction, params: { webhookId: number }): Promise<WebhookRow> {
  const row = await tx.get(webhookById, params);
  if (row === undefined) throw new NotFound('There is no webhook with this number.');
  return row;
}

async function endOf(tx: ReadTransaction, end: 'start' | 'now'): Promise<number> {
  const ends = await tx.get(feedEnds, {});
  return (end === 'start' ? ends?.pruned : ends?.last) ?? 0;
}

async function feedOf(tx: ReadTransaction): Promise<FeedNumbers> {
  const [last, gaps] = await Promise.all([endOf(tx, 'now'), tx.all(gapsOfClient, {})]);
  return { last, gaps };
}

interface Sent {
  readonly url?: string;
  readonly kinds?: readonly string[];
  readonly payload?: string;
  readonly batch?: number;
}

/** The settings that were sent, once they are known to be valid. */
async function readSettings({ url, kinds, payload, batch }: Sent, config: WebhookConfig): Promise<WebhookSettings> {
  const violations: Violation[] = [];
  const fault = url === undefined ? undefined : await urlFault(url, config);
  if (fault !== undefined) violations.push({ field: 'url', code: 'url', message: `The url field ${fault}.` });
  for (const [at, kind] of (kinds ?? []).entries()) {
    if (!(madeKinds as readonly string[]).includes(kind)) violations.push(unknownKind(`kinds.${at}`));
  }
  if (violations.length > 0) throw validationProblem(violations);
  return {
    ...(url === undefined ? {} : { url: new URL(url).href }),
    ...(kinds === undefined ? {} : { kinds: JSON.stringify([...new Set(kinds)]) }),
    ...(payload === 'thin' || payload === 'full' ? { payload } : {}),
    ...(batch === undefined ? {} : { batch }),
  };
}

const unknownKind = (field: string): Violation => ({
  field,
  code: 'unknown',
  message: `The ${field} item must be one of ${madeKinds.join(', ')}.`,
});

const tooMany = (): ProblemError =>
  validationProblem([
    { field: 'url', code: 'max', message: `The client has ${MAX_WEBHOOKS} webhooks already, and cannot have more.` },
  ]);
