/** What the tables say of the order of changes, read beside the service. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';

interface Change {
  number: number;
  customerId: number;
  kind: string;
  at: number;
  byKind: string;
  byId: number | null;
}

const changes = `
  select change_number as number, customer_id as customerId, kind, changed_at as at, by_kind as byKind, by_id as byId
  from customer_change where client_id = 1 order by change_number`;

/**
 * Checks the promises about the record of the file's only client: numbers without gap or repeat, counters that agree,
 * times that never run backwards, every customer stamped with its last change, and who made each change.
 * Gives the number of changes.
 */
export function checkRecord(path: string, keyId: number): number {
  using db = new DatabaseSync(path, { readOnly: true });
  db.exec('begin');
  assert.deepEqual(values(db, 'pragma integrity_check'), ['ok']);
  assert.deepEqual(values(db, 'pragma foreign_key_check'), []);
  const all = db.prepare(changes).all() as unknown as Change[];
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
  checkStamps(db, last);
  checkCounters(db, { customers: last.size, changes: all.length, at: before?.at ?? 0 });
  return all.length;
}

function checkStamps(db: DatabaseSync, last: ReadonlyMap<number, Change>): void {
  const rows = db
    .prepare('select customer_id as id, change_number as number, changed_at as at from customer order by customer_id')
    .all();
  assert.equal(rows.length, last.size, 'every customer has its record, and every record its customer');
  for (const [index, { id, number, at }] of rows.entries()) {
    assert.equal(id, index + 1, 'customer numbers have no gap and no repeat');
    const change = last.get(index + 1);
    assert.deepEqual([number, at], [change?.number, change?.at], `customer ${id} is stamped with its last change`);
  }
}

function checkCounters(db: DatabaseSync, expected: { customers: number; changes: number; at: number }): void {
  const row = db
    .prepare(
      `select last_customer_id as customers, last_change_number as changes, last_changed_at as at,
         last_client_type_id as clientTypes, last_key_id as keys from client_counter where client_id = 1`,
    )
    .get();
  const [clientTypes] = values(db, 'select count(*) from client_type');
  const [keys] = values(db, 'select count(*) from api_key');
  assert.deepEqual({ ...row }, { ...expected, clientTypes, keys }, 'the counters agree with the tables');
}

const values = (db: DatabaseSync, sql: string): unknown[] =>
  db
    .prepare(sql)
    .all()
    .flatMap((row) => Object.values(row));
