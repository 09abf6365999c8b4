/** A search that tens of thousands of customers match: the same pages as ever, and about how many there are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { whenAvailable } from '../harness/search-index.ts';

/** Each second one has a last name with V, the others a first name with it; one in a thousand has neither. */
const CUSTOMERS = 80_000;
const HAS_NEITHER = 1000;

/** Rows as the service itself would have left them, in a second. */
async function fill({ database }: TestFoyer, { clientId }: TestKey): Promise<void> {
  const numbers = `with recursive n (i) as (select 1 union all select i + 1 from n where i < ${CUSTOMERS})`;
  const name = (last: boolean): string =>
    `case when i % ${HAS_NEITHER} = 0 then 'Quist' when i % 2 = ${last ? 1 : 0} then 'Vos' else 'Eva' end`;
  await database.rows(`insert into customer ${numbers} 
    select ${clientId}, i, null, 'c' || i || '@x.nl', 'c' || i || '@x.nl', '',
    ${name(false)}, ${name(true)}, '', '', '', '', '', '', '', 0, '[]', i, i, i from n`);
  await database.rows(`insert into customer_change ${numbers}
    select ${clientId}, i, i, 'created', i, 'command', null, '{}' from n`);
  await database.rows(`update client_counter set last_customer_id = ${CUSTOMERS}, last_change_number = ${CUSTOMERS},
    last_changed_at = ${CUSTOMERS} where client_id = ${clientId}`);
}

test('a search by one letter gives the customers changed last, and about how many there are', async () => {
  await using foyer = await startFoyer();
  const key = await foyer.client();
  await fill(foyer, key);
  const { customers } = foyer.sdk(key);
  // This write also wakes the indexer.
  const vermeer = { email: 'new@x.nl', customerFirstName: 'Jan', customerLastName: 'Vermeer' };
  const { customerId: newest } = await customers.create(vermeer);
  const search = (query: object, text = 'v') => whenAvailable(() => customers.search(text, query));

  const first = await search({ limit: 50 });
  assert.equal(first.countIsExact, false);
  assert(Math.abs(first.count - CUSTOMERS) < CUSTOMERS / 20, String(first.count));
  // The last one moves to the front while somebody turns the pages: it is not met again.
  await customers.update({ customerId: 1, customerCity: 'Zwolle' });
  const second = await search({ limit: 50, cursor: first.nextCursor ?? '' });
  const found = [...first.customers, ...second.customers].map(({ customerId }) => customerId);
  const odd = Array.from({ length: 99 }, (_, at) => CUSTOMERS - 1 - 2 * at);
  assert.deepEqual(found, [newest, ...odd]);
  // Who has no such name any more is gone.
  await customers.update({ customerId: newest, customerLastName: 'Zwart' });
  const third = await search({ limit: 2 });
  assert.deepEqual(
    third.customers.map(({ customerId }) => customerId),
    [1, CUSTOMERS - 1],
  );

  // What fewer match, or is asked in another order, is counted as ever.
  const few = await search({ limit: 1 }, 'q');
  assert.deepEqual(
    [few.count, few.countIsExact, few.customers[0]?.customerId],
    [CUSTOMERS / HAS_NEITHER, true, CUSTOMERS],
  );
  const byName = await search({ limit: 1, sort: 'name' });
  assert.deepEqual([byName.count, byName.countIsExact], [CUSTOMERS - CUSTOMERS / HAS_NEITHER, true]);
  // The lists have been read for it.
  const again = await search({ limit: 1 });
  assert.deepEqual([again.count, again.countIsExact], [byName.count, true]);
});
