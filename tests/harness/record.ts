/** What the tables say about the order of changes, read beside the service. */
import assert from 'node:assert/strict';
import type { DataRow, TestDatabase } from './database.ts';

interface Change {
  number: number;
  customerId: number;
  kind: string;
  at: number;
  byKind: string;
  byId: number | null;
}

const changes = `
  select change_number as "number", customer_id as "customerId", kind, changed_at as "at",
    by_kind as "byKind", by_id as "byId"
  from customer_change where client_id = 1 order by change_number`;

/**
 * Checks the promises about the record of the only client of a database: numbers without gap or repeat, matching
 * counters, times that never run backwards, every customer stamped with its last change, and who made each change.
 * Returns the number of changes.
 */
export async function checkRecord(database: TestDatabase, keyId: number): Promise<number> {
  if (database.engine === 'sqlite') {
    assert.deepEqual(valuesOf(await database.rows('pragma integrity_check')), ['ok']);
    assert.deepEqual(await database.rows('pragma foreign_key_check'), []);
  }
  const all = (await database.rows(changes)) as unknown as Change[];
  const last = new Map<number, Change>();
  let before: Change | undefined;
  for (const [index, change] of all.entries()) {
    assert.equal(change.number, index + 1, 'change numbers have no gap and no repeat');
    assert(before === undefined || change.at >= before.at, `changed_at runs backwards at change ${change.number}`);
    assert.deepEqual([change.byKind, change.byId], ['key', keyId], 'every change says who made it');
    assert.equal(change.kind === 'created', !last.has(change.customerId), 'a customer is created once, and first');
    last.set(change.customerId, change);
    before = change;
  }
  await checkStamps(database, last);
  await checkCounters(database, { customers: last.size, changes: all.length, at: before?.at ?? 0 });
  return all.length;
}

async function checkStamps(database: TestDatabase, last: ReadonlyMap<number, Change>): Promise<void> {
  const rows = await database.rows(
    'select customer_id as "id", change_number as "number", changed_at as "at" from customer order by customer_id',
  );
  assert.equal(rows.length, last.size, 'every customer has its record, and every record its customer');
  for (const [index, { id, number, at }] of rows.entries()) {
    assert.equal(id, index + 1, 'customer numbers have no gap and no repeat');
    const change = last.get(index + 1);
    assert.deepEqual([number, at], [change?.number, change?.at], `customer ${id} is stamped with its last change`);
  }
}

async function checkCounters(
  database: TestDatabase,
  expected: { customers: number; changes: number; at: number },
): Promise<void> {
  const [row] = await database.rows(
    `select last_customer_id as "customers", last_change_number as "changes", last_changed_at as "at",
       last_client_type_id as "clientTypes", last_key_id as "keys" from client_counter where client_id = 1`,
  );
  const [clientTypes, keys] = valuesOf(
    await database.rows(
      'select (select count(*) from client_type) as "types", (select count(*) from api_key) as "keys"',
    ),
  );
  assert.deepEqual({ ...row }, { ...expected, clientTypes, keys }, 'the counters agree with the tables');
}

const valuesOf = (rows: readonly DataRow[]): unknown[] => rows.flatMap((row) => Object.values(row));
