/** Who searches for much waits behind himself: others have their turns, and what is too much is refused at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFoyer } from './harness/foyer.ts';

/** Sixteen words, each mistyped. */
const WORST =
  'jansne bakkre vissre hendirks vermeuln brouwre dekekr hoekstar kuiprs scholetn vereoven molenaa timmermna kuiperss postmaa gerritsne';

test('150 searches at once by one key: some are refused at once, and those of another client are all answered', async () => {
  await using foyer = await startFoyer();
  const [attacker, victim] = [await foyer.client(), await foyer.client()];
  for (const key of [attacker, victim]) {
    const { customers } = foyer.sdk(key);
    await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        customers.create({
          email: `c${at}@x.example`,
          customerFirstName: 'Eva',
          customerLastName: 'Jansen Bakker Visser',
        }),
      ),
    );
  }
  const flood = Array.from({ length: 150 }, async () => {
    const answer = await foyer.fetch(attacker, `/customer?search=${encodeURIComponent(WORST)}`);
    await answer.arrayBuffer();
    return answer;
  });
  for (let asked = 0; asked < 10; asked += 1) {
    assert.equal((await foyer.sdk(victim).customers.search('jansen')).count, 50);
  }
  const answers = await Promise.all(flood);
  const refused = answers.filter(({ status }) => status === 503);
  assert(refused.length >= 150 - 40 - 4, `${refused.length} were refused`);
  for (const { headers } of refused) assert.equal(headers.get('retry-after'), '1');
  assert(answers.some(({ status }) => status === 200));
});
