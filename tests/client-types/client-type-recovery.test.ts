/** A rename that is killed in the middle is finished at the next start. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeInstallation } from '../harness/installation.ts';
import { spawnFoyer } from '../harness/process.ts';

const CUSTOMERS = 20_000;

/** Customers with their client-type, as raw rows: the service itself would take minutes. */
const seed = (clientId: number): string[] => [
  `insert into client_type (client_id, client_type_id, name, name_key, created_at)
    values (${clientId}, 1, 'old', 'old', 1), (${clientId}, 2, 'other', 'other', 1)`,
  `insert into customer (client_id, customer_id, email, email_key, salutation, first_name, last_name, preposition,
    address, house_nr, zip, city, country, phone, credit, tags, created_at, change_number, changed_at)
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${CUSTOMERS})
    select ${clientId}, i, 'c' || i || '@x.example', 'c' || i || '@x.example', '', 'A', 'B', '', '', '',
      '', '', '', '', 0, '["other","old"]', 1, i, 1 from n`,
  `insert into customer_client_type select client_id, customer_id, 1 from customer where client_id = ${clientId}`,
  `insert into customer_client_type select client_id, customer_id, 2 from customer where client_id = ${clientId}`,
  `update client_counter set last_customer_id = ${CUSTOMERS}, last_client_type_id = 2,
    last_change_number = ${CUSTOMERS}, last_changed_at = 1 where client_id = ${clientId}`,
];

test('killed three times: nobody has both names, nobody neither, and each got one change', async () => {
  await using installation = await makeInstallation();
  const { clientId } = installation.key;
  for (const statement of seed(clientId)) await installation.rows(statement);
  const count = async (condition: string): Promise<number> => {
    const [row] = await installation.rows(`select count(*) as n from ${condition}`);
    return Number(row?.n);
  };
  const renamed = () => count(`customer where tags = '["other","new"]'`);

  let asked: Promise<unknown> | undefined;
  let done = 0;
  for (let kill = 1; kill <= 3; kill += 1) {
    await using service = await spawnFoyer(installation);
    asked ??= service.sdk.clientTypes.rename({ clienttype: 'old', name: 'new' }).catch(() => 'broken off');
    // As soon as it has continued: on a busy machine it may have got far by then.
    while ((await renamed()) === done) await sleep(5);
    service.child.kill('SIGKILL');
    await service.exited;
    done = await renamed();
    assert(done > 0 && done < CUSTOMERS, `killed after ${done}`);
  }
  assert.equal(await asked, 'broken off');

  await using service = await spawnFoyer(installation);
  assert.deepEqual(await service.sdk.exports.clientTypes(), ['new', 'other'], 'the list knew it from the first moment');
  while ((await count(`client_type where client_id = ${clientId}`)) > 2) await sleep(20);
  assert.equal(await renamed(), CUSTOMERS);
  assert.equal(await count(`customer where tags like '%old%'`), 0);
  const list = await service.sdk.clientTypes.list();
  assert.deepEqual(
    list.map(({ name, customers }) => [name, customers]),
    [
      ['new', CUSTOMERS],
      ['other', CUSTOMERS],
    ],
  );
  assert.equal(await count(`customer_client_type where client_id = ${clientId}`), 2 * CUSTOMERS);
  assert.equal(await count(`customer_change where kind = 'clienttypes'`), CUSTOMERS);
  assert.equal(await count(`(select distinct customer_id from customer_change) as changed`), CUSTOMERS);
});
