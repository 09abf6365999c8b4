/**
 * A client that searches a lot waits behind itself: others get their turns, and what is too much is refused at once.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unavailable } from '../../server/src/db/unavailable.ts';
import { startFoyer, type TestKey } from '../harness/foyer.ts';
import { echo } from '../harness/heavy.ts';

const MOST_OF_A_CALLER = 40;
/** More than all threads together handle at a time. */
const AT_WORK = 16;

const principalOf = ({ clientId, keyId }: TestKey) => ({ clientId, actor: { kind: 'key', id: keyId } }) as const;

test('of 150 searches at once by one key, too many are refused, and another client has its turn', async () => {
  await using foyer = await startFoyer();
  const [attacker, victim] = [principalOf(await foyer.client()), principalOf(await foyer.client())];
  const { store } = foyer.app;
  const order: string[] = [];
  const ask = (who: typeof attacker, text: string) =>
    store.readHeavily(who, echo, { text }).then(() => {
      order.push(text);
    });
  const flood = Promise.allSettled(Array.from({ length: 150 }, () => ask(attacker, 'attacker')));
  await ask(victim, 'victim');
  const ends = await flood;
  const refused = ends.filter((end) => end.status === 'rejected');
  assert(refused.length >= 150 - MOST_OF_A_CALLER - AT_WORK, `${refused.length} were refused`);
  assert(refused.length < 150, 'the others are done');
  for (const { reason } of refused)
    assert(reason instanceof Unavailable && reason.reason === 'crowded', String(reason));
  assert(order.indexOf('victim') <= AT_WORK, `${order.indexOf('victim')} were done before it`);
});
