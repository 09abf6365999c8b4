/** Webhooks: the results of their deliveries, their states, and how far they are behind. */
import { Gauge, Histogram } from 'prom-client';
import type { Store } from '../db/store.ts';
import { webhookLag } from '../features/webhooks/lag.ts';
import { isAccepted } from '../features/webhooks/rules.ts';
import type { Sender } from '../features/webhooks/send.ts';
import { furthestBehind, type Into, type Refresh, readAnew } from './measure.ts';

const SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const states = ['active', 'failing', 'disabled'] as const;

export function measureWebhooks(into: Into, store: Store, sender: Sender): Refresh {
  const registers = [into.registry];
  const attempts = new Histogram({
    name: 'foyer_webhook_attempt_duration_seconds',
    help: 'Deliveries that this process sent: accepted, refused by their receiver, or unanswered.',
    labelNames: ['result'],
    buckets: SECONDS,
    registers,
  });
  const webhooks = new Gauge({
    name: 'foyer_webhooks',
    help: 'Webhooks of all clients, by state. The same from every process.',
    labelNames: ['state'],
    registers,
  });
  const changes = new Gauge({
    name: 'foyer_webhook_behind_changes',
    help:
      'Changes that the webhook of a client that is furthest behind has yet to deliver. ' +
      'The same from every process.',
    labelNames: ['client'],
    registers,
  });
  const seconds = new Gauge({
    name: 'foyer_webhook_behind_seconds',
    help: 'Age of the oldest of them.',
    labelNames: ['client'],
    registers,
  });
  for (const result of ['accepted', 'refused', 'unanswered']) attempts.zero({ result });
  sender.onAttempt((attempt) => {
    const result = isAccepted(attempt) ? 'accepted' : attempt.status === null ? 'unanswered' : 'refused';
    attempts.observe({ result }, attempt.ms / 1000);
  });
  return async () => {
    const all = await readAnew([webhooks, changes, seconds], () => webhookLag(store));
    for (const state of states) webhooks.set({ state }, all.filter((one) => one.state === state).length);
    const atWork = all.filter(({ state }) => state !== 'disabled');
    for (const { client, ...behind } of furthestBehind(into, atWork)) {
      changes.set({ client }, behind.changes);
      seconds.set({ client }, behind.seconds);
    }
  };
}
