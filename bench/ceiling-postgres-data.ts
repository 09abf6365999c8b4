/**
 * The data of the ceiling on PostgreSQL: the service's own statements, prepared, on a pool of connections, as one would
 * write it by hand: each statement is sent when the previous one is answered, and each write commits by itself.
 */
import { Pool, type PoolClient, types } from 'pg';
import type { AnyStatement } from '../server/src/db/statement.ts';
import {
  customerByEmail,
  customerById,
  customersByChange,
  insertCustomer,
  updateCustomer,
} from '../server/src/features/customers/queries.ts';
import { type CustomerRow, columnsOf } from './ceiling-data.ts';
import type { Body } from './ceiling-http.ts';

const CONNECTIONS = 8;
/** More rows do not make an export faster. */
const PAGE_ROWS = 1000;
const INT8 = 20;
types.setTypeParser(INT8, Number);

interface Counters {
  readonly customer_id: number;
  readonly change_number: number;
}

export async function ceilingData(url: string) {
  const pool = new Pool({ connectionString: url, max: CONNECTIONS });
  const { rows } = await pool.query<{ client_id: number; name: string }>('select client_id, name from client');
  const clientIds = new Map(rows.map((row) => [row.name, row.client_id]));

  const get = async (db: Pool | PoolClient, clientId: number, customerId: number): Promise<CustomerRow> =>
    (await db.query(byId({ clientId, customerId }))).rows[0];

  /**
   * Takes the next numbers, and writes the row and the record of the change: the same work as the service, in one
   * commit.
   */
  async function write(
    db: PoolClient,
    clientId: number,
    kind: 'created' | 'updated',
    row: Body,
    changed: object,
  ): Promise<CustomerRow> {
    const changedAt = Date.now();
    const isNew = kind === 'created';
    const counters = (await db.query<Counters>(nextCounters([isNew ? 1 : 0, changedAt, clientId]))).rows[0] as Counters;
    const customerId = isNew ? counters.customer_id : (row.customer_id as number);
    const changeNumber = counters.change_number;
    await db.query((isNew ? insert : update)({ ...row, clientId, customerId, changeNumber, changedAt }));
    const by = ['key', 1, JSON.stringify(changed)];
    await db.query(insertChange([clientId, changeNumber, customerId, kind, changedAt, ...by]));
    return { ...row, customer_id: customerId, changed_at: changedAt } as unknown as CustomerRow;
  }

  async function transaction<T>(fn: (db: PoolClient) => Promise<T>): Promise<T> {
    const db = await pool.connect();
    try {
      await db.query('begin');
      const result = await fn(db);
      await db.query('commit');
      return result;
    } finally {
      db.release();
    }
  }

  return {
    clientId: (name: string): number => clientIds.get(name) as number,
    get: (clientId: number, customerId: number) => get(pool, clientId, customerId),
    async findByEmail(clientId: number, email: string): Promise<CustomerRow> {
      return (await pool.query(byEmail({ clientId, emailKey: email.toLowerCase() }))).rows[0];
    },
    update: (clientId: number, customerId: number, body: Body) =>
      transaction(async (db) => {
        const before = await get(db, clientId, customerId);
        const changed = { customerCity: [before.city, body.customerCity] };
        return write(db, clientId, 'updated', { ...before, city: body.customerCity }, changed);
      }),
    create: (clientId: number, body: Body) =>
      transaction((db) => {
        const changed = Object.fromEntries(Object.entries(body).map(([field, value]) => [field, [null, value]]));
        return write(db, clientId, 'created', columnsOf(body), changed);
      }),
    async *pages(clientId: number): AsyncGenerator<CustomerRow[]> {
      const db = await pool.connect();
      let place = { changedAt: 0, changeNumber: 0 };
      for (;;) {
        const { rows } = await db.query<CustomerRow>(byChange({ clientId, ...place, limit: PAGE_ROWS }));
        yield rows;
        const last = rows.at(-1);
        if (last === undefined || rows.length < PAGE_ROWS) break;
        place = { changedAt: last.changed_at, changeNumber: last.change_number };
      }
      db.release();
    },
    close: () => pool.end(),
  };
}

const byId = prepared('byId', customerById);
const byEmail = prepared('byEmail', customerByEmail);
const byChange = prepared('byChange', customersByChange);
const insert = prepared('insert', insertCustomer);
const update = prepared('update', updateCustomer);

/** A statement of the service under a name; takes its parameters. */
function prepared(name: string, { compiled: { postgres } }: AnyStatement) {
  return (values: Body) => ({ name, text: postgres.sql, values: postgres.names.map((key) => values[key]) });
}

const insertChange = (values: unknown[]) => ({
  name: 'insertChange',
  text: 'insert into customer_change values ($1, $2, $3, $4, $5, $6, $7, $8)',
  values,
});
const nextCounters = (values: unknown[]) => ({
  name: 'nextCounters',
  text: `update client_counter set last_customer_id = last_customer_id + $1,
    last_change_number = last_change_number + 1,
    last_changed_at = $2 where client_id = $3
      returning last_customer_id as customer_id, last_change_number as change_number`,
  values,
});
