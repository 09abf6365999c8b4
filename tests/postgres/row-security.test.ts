/** The second wall: what PostgreSQL itself shows and accepts, whatever a query forgot. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client } from 'pg';
import { enterCommand } from '../../server/src/db/postgres/opening.ts';
import { read } from '../../server/src/db/statement.ts';
import { addMember } from '../../server/src/features/staff/writes.ts';
import { openBrowser, signedInByLink } from '../harness/browser.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { importFile } from '../harness/imports.ts';
import { isCluster } from '../harness/postgres.ts';
import { untilIndexed } from '../harness/search-index.ts';

const person = { customerFirstName: 'Jan', customerLastName: 'Pastoor' };
const ofClients = [
  'customer',
  'customer_change',
  'client_type',
  'customer_client_type',
  'api_key',
  'customer_word',
  'customer_word_page',
  'customer_search',
  'search_word',
  'webhook',
  'webhook_delivery',
  'staff_role',
  'import_job',
  'import_refusal',
  'kept_answer',
];
/** What no client sees. */
const aboveClients = ['staff_member', 'staff_session', 'staff_link', 'staff_attempt'];

let foyer: TestFoyer;
let mine: TestKey;
let other: TestKey;
before(async () => {
  foyer = await startFoyer();
  [mine, other] = [await foyer.client(), await foyer.client()];
  for (const key of [mine, other]) {
    await foyer.sdk(key).customers.create({ ...person, email: `${key.client}@x.nl` });
    await foyer.sdk(key).clientTypes.set({ customerId: 1, clienttypes: ['friend'] });
    const { webhookId } = await foyer.sdk(key).webhooks.create({ url: 'http://127.0.0.1:9/' });
    await foyer.sdk(key).webhooks.test({ webhookId });
    await signedInByLink(foyer, key.client, 'editor');
    await importFile(foyer.sdk(key), 'email;voornaam;achternaam\nnobody;A;B\n');
  }
  const { session } = openBrowser(foyer.url);
  await assert.rejects(session.signIn({ email: 'nobody@x.nl', password: 'nothing' }), { code: 'sign-in-failed' });
  // It takes thousands of customers for one. An index that is made from nothing is cleared first.
  await untilIndexed(foyer.database);
  for (const { clientId } of [mine, other])
    await foyer.database.rows(`insert into customer_word_page values (${clientId}, 'l', 'p', 1, 'pastoor', '1')`);
  await addMember(foyer.app.store, { email: 'new@x.nl', client: mine.client, role: 'viewer' });
});
after(() => foyer[Symbol.asyncDispose]());

/** Runs statements as the service's role in one transaction, for the rows of a client or of none. */
async function asService(clientId: number | undefined, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: foyer.database.url });
  await client.connect();
  try {
    await client.query('begin');
    // As a migration does, and the service on a cluster.
    await client.query("set local citus.propagate_set_commands = 'local'");
    if (clientId !== undefined) await client.query(enterCommand(clientId));
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

for (const table of ofClients) {
  test(`a query on ${table} that names no client sees the rows of its transaction's client, and no other`, async () => {
    const seen = await asService(mine.clientId, `select client_id from ${table}`);
    assert(seen.length > 0);
    for (const row of seen) assert.equal(Number(row.client_id), mine.clientId);
    assert.deepEqual(await asService(undefined, `select client_id from ${table}`), [], 'none, when it asks for none');
    const all = await foyer.database.rows(`select client_id from ${table}`);
    assert(all.length > seen.length, 'there are others');
  });
}

for (const table of aboveClients) {
  test(`${table} is seen by the installation only`, async () => {
    assert((await asService(0, `select 1 from ${table}`)).length > 0);
    assert.deepEqual(await asService(mine.clientId, `select 1 from ${table}`), []);
    assert.deepEqual(await asService(undefined, `select 1 from ${table}`), []);
  });
}

test('a query of the service from which the client was taken away sees nothing of another', async () => {
  // `is not null` names the client, as every query must, and leaves out no row.
  const careless = read<object, { client_id: number; email: string }>((db, p) =>
    db
      .selectFrom('customer')
      .select(['client_id', 'email'])
      .where(({ eb, or }) => or([eb('client_id', '=', p.clientId), eb('client_id', 'is not', null)])),
  );
  for (const key of [mine, other]) {
    const rows = await foyer.app.store.read(key.clientId, (tx) => tx.all(careless, {}));
    assert.deepEqual(rows, [{ client_id: key.clientId, email: `${key.client}@x.nl` }]);
  }
});

test('nothing can be written into another client, or moved there', async () => {
  const insert = `insert into client_type values (${other.clientId}, 99, 'x', 'x', 0)`;
  await assert.rejects(asService(mine.clientId, insert), { code: '42501' });
  const move = `update customer set client_id = ${other.clientId}, customer_id = 99`;
  // A cluster moves no row at all.
  await assert.rejects(asService(mine.clientId, move), { code: isCluster() ? '0A000' : '42501' });
  const gone = 'with gone as (delete from customer_change returning client_id) select distinct client_id from gone';
  assert.deepEqual(await asService(mine.clientId, gone), [{ client_id: mine.clientId }]);
});

test('the client of a transaction is forgotten at its end', async () => {
  assert.deepEqual(await asService(mine.clientId, 'commit', 'select client_id from customer'), []);
});

test('the role of the service has no way around it, and no table is left out', async () => {
  const [role] = await foyer.database.rows(
    `select rolsuper, rolbypassrls, (select count(*) from pg_class where relowner = r.oid) as owned
     from pg_roles r where rolname = 'foyer_service'`,
  );
  assert.deepEqual({ ...role }, { rolsuper: false, rolbypassrls: false, owned: 0 });
  const open = await foyer.database.rows(
    `select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
     and not (relrowsecurity and relforcerowsecurity) order by 1`,
  );
  assert.deepEqual(
    open.map(({ relname }) => relname),
    ['kysely_migration', 'kysely_migration_lock'],
  );
});
