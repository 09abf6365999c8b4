/**
 * An import that fills an empty database leaves PostgreSQL with statistics of what it holds, so that it plans by them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFoyer } from '../harness/foyer.ts';
import { finished } from '../harness/imports.ts';

const ROWS = 3000;
const lines = Array.from({ length: ROWS }, (_, at) => `v${at}@x.nl;First;Last`);

test('PostgreSQL knows how much an import has brought, without looking by itself', async () => {
  await using foyer = await startFoyer();
  const known = async (table: string): Promise<number> => {
    const [row] = await foyer.database.rows(`select reltuples as rows from pg_class where oid = '${table}'::regclass`);
    return Number(row?.rows);
  };
  for (const table of ['customer', 'customer_change'])
    await foyer.database.rows(`alter table ${table} set (autovacuum_enabled = off)`);
  const sdk = foyer.sdk(await foyer.client());
  const { importId } = await sdk.imports.create({ file: `email;voornaam;achternaam\n${lines.join('\n')}` });
  assert.equal((await finished(sdk, importId)).created, ROWS);
  while ((await known('customer')) !== ROWS) await sleep(20);
  while ((await known('customer_change')) !== ROWS) await sleep(20);
});
