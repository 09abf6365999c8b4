/** The migration that updates the keys of addresses and client-types. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../../server/src/db/connect.ts';
import { tableTypes } from '../../server/src/db/dialect/tables.ts';
import { up } from '../../server/src/db/migrations/0005-keys-of-texts.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { importFile, numbersOf } from '../harness/imports.ts';

const person = { customerFirstName: 'A', customerLastName: 'B' };

/** Makes customers with their old keys; returns their client. */
async function seeded(foyer: TestFoyer, rows: readonly (readonly [email: string, key: string])[]): Promise<TestKey> {
  const key = await foyer.client();
  for (const [at, [email, old]] of rows.entries()) {
    await foyer.sdk(key).customers.create({ ...person, email: `c${at}@x.example` });
    await foyer.database.rows(
      `update customer set email = '${email}', email_key = '${old}'
        where client_id = ${key.clientId} and customer_id = ${at + 1}`,
    );
  }
  return key;
}

async function migrateKeys({ database }: TestFoyer): Promise<void> {
  const engine = await connect(database.config);
  const types = tableTypes[database.engine];
  await engine.migrating((db) =>
    database.engine === 'sqlite' ? up(db, types) : db.transaction().execute((trx) => up(trx, types)),
  );
  await engine.close();
}

test('all customers survive, and each address leads to its own; of two with one mailbox to the first', async () => {
  await using foyer = await startFoyer();
  const rows = [
    ['jan@münchen.example', 'jan@münchen.example'],
    ['jan@xn--mnchen-3ya.example', 'jan@xn--mnchen-3ya.example'],
    ['strauß@x.example', 'strauss@x.example'],
    ['eva@x.example', 'eva@x.example'],
    ['piet@foo.example', 'piet@foo.example'],
    ['piet@ｆｏｏ.example', 'piet@ｆｏｏ.example'],
    ['an@ｂａｒ.example', 'an@ｂａｒ.example'],
    ['an@bar.example', 'an@bar.example'],
  ] as const;
  const key = await seeded(foyer, rows);
  const other = await seeded(foyer, rows.slice(1, 2));
  await migrateKeys(foyer);
  const { customers, exports } = foyer.sdk(key);
  const emails = (await Array.fromAsync(exports.customers())).map(({ email }) => email);
  assert.deepEqual(emails.toSorted(), rows.map(([email]) => email).toSorted());
  const find = async (email: string) => (await customers.findByEmail({ email })).customerId;
  for (const [email, id] of [
    ['jan@münchen.example', 1],
    ['jan@xn--mnchen-3ya.example', 1],
    ['strauß@x.example', 3],
    ['eva@x.example', 4],
    ['piet@ｆｏｏ.example', 5],
    ['piet@foo.example', 5],
    ['an@bar.example', 7],
  ] as const) {
    assert.equal(await find(email), id, email);
  }
  await assert.rejects(find('strauss@x.example'), { code: 'not-found' });
  assert.equal((await foyer.sdk(other).customers.findByEmail({ email: 'jan@münchen.example' })).customerId, 1);

  // The other of two keeps its address, may be changed, and can be found again once it has another.
  const second = await customers.get({ customerId: 2 });
  assert.equal((await customers.update({ ...second, customerCity: 'Gouda' })).customerCity, 'Gouda');
  await customers.update({ customerId: 2, email: 'jan2@x.example' });
  assert.equal(await find('jan2@x.example'), 2);
});

test('of two with one mailbox each can be written by itself, in a batch and by an import', async () => {
  await using foyer = await startFoyer();
  const emails = ['jan@münchen.example', 'jan@xn--mnchen-3ya.example'] as const;
  const key = await seeded(
    foyer,
    emails.map((email) => [email, email]),
  );
  await migrateKeys(foyer);
  const sdk = foyer.sdk(key);
  const { customers } = sdk;
  const cities = async () => [
    (await customers.get({ customerId: 1 })).customerCity,
    (await customers.get({ customerId: 2 })).customerCity,
  ];

  await customers.update({ customerId: 2, customerExternalId: 'crm-2' });
  assert.equal((await customers.get({ customerId: 2 })).customerExternalId, 'crm-2');

  const lines = await Array.fromAsync(
    customers.batch({
      customers: [
        { customerExternalId: 'crm-2', customerCity: 'Gouda' },
        { email: emails[0], customerExternalId: 'crm-1', customerCity: 'Delft' },
        { customerExternalId: 'crm-2', customerCity: 'Leiden' },
      ],
    }),
  );
  assert.deepEqual(
    lines.map(({ outcome, customer }) => [outcome, customer?.customerId]),
    [
      ['updated', 2],
      ['updated', 1],
      ['updated', 2],
    ],
  );
  assert.deepEqual(await cities(), ['Delft', 'Leiden']);

  const file = Buffer.from('customerExternalId;Plaats\ncrm-2;Breda\ncrm-1;Tilburg\ncrm-2;Zwolle\n');
  const options = { match: 'customerExternalId', policy: 'update' } as const;
  for (const dryRun of [true, false]) {
    const job = await importFile(sdk, file, { ...options, dryRun });
    assert.deepEqual(numbersOf(job), { rowsRead: 3, updated: 3, repeated: 1 }, `dryRun=${dryRun}`);
  }
  assert.deepEqual(await cities(), ['Tilburg', 'Zwolle']);
});

test('client-types keep their names, and are found by them; one that retires stays retired', async () => {
  await using foyer = await startFoyer();
  const key = await seeded(foyer, [['a@x.example', 'a@x.example']]);
  const { clientTypes, exports } = foyer.sdk(key);
  await clientTypes.set({ customerId: 1, clienttypes: ['Straße', 'vip'] });
  await foyer.database.rows(
    `update client_type set name_key = 'strasse' where client_id = ${key.clientId} and name = 'Straße'`,
  );
  await migrateKeys(foyer);
  assert.deepEqual(await clientTypes.set({ customerId: 1, clienttypes: ['STRAẞE', 'Strasse'] }), ['Straße', 'Strasse']);
  assert.deepEqual(await exports.clientTypes(), ['Strasse', 'Straße', 'vip']);
});
