/** How far webhooks are behind the feed, for the metrics. */

import type { Store } from '../../db/store.ts';
import { firstBehind, gapsOfClient } from '../changes/queries.ts';
import { countChanges } from '../changes/rules.ts';
import { clientsOfWebhooks, webhookCursors } from './queries.ts';
import type { WebhookState } from './tables.ts';

interface Lag {
  readonly client: string;
  readonly state: WebhookState;
  /** How many changes it has not passed yet, wanted or not. */
  readonly changes: number;
  /** Age of the oldest of them. */
  readonly seconds: number;
}

export async function webhookLag(store: Store): Promise<readonly Lag[]> {
  const clients = await store.readInstallation((tx) => tx.all(clientsOfWebhooks, {}));
  const all = clients.map(({ clientId, client, changeNumber: last }) =>
    store.read(clientId, async (tx): Promise<Lag[]> => {
      const [webhooks, gaps] = await Promise.all([tx.all(webhookCursors, {}), tx.all(gapsOfClient, {})]);
      const cursors = webhooks.filter(({ state }) => state !== 'disabled').map(({ changeNumber }) => changeNumber);
      const furthest = Math.min(last, ...cursors);
      const oldest = furthest < last ? await tx.get(firstBehind, { after: furthest }) : undefined;
      return webhooks.map(({ state, changeNumber }) => {
        const changes = countChanges(changeNumber, last, gaps);
        const seconds = changes > 0 && oldest !== undefined ? Math.max(0, Date.now() - oldest.changedAt) / 1000 : 0;
        return { client, state, changes, seconds };
      });
    }),
  );
  return (await Promise.all(all)).flat();
}
