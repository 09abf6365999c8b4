/** The data of the ceiling: the service's own statements, run by bare `node:sqlite`. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { AnyStatement } from '../server/src/db/statement.ts';
import type { CustomerRow } from '../server/src/features/customers/columns.ts';
import {
  customerByEmail,
  customerById,
  customersByChange,
  insertCustomer,
  updateCustomer,
} from '../server/src/features/customers/queries.ts';

export type { CustomerRow };

type Body = Readonly<Record<string, unknown>>;

interface Counters {
  readonly customerId: number;
  readonly changeNumber: number;
}

/** The same settings as the service's: WAL, and a commit waits for the disk. */
const PRAGMAS = 'pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -24576';

export function ceilingData(path: string) {
  const db = new DatabaseSync(path);
  db.exec(PRAGMAS);
  const clients = db.prepare('select name, client_id as clientId from client').all();
  const clientIds = new Map(clients.map(({ name, clientId }) => [name, clientId as number]));
  const byId = prepare(db, customerById);
  const byEmail = prepare(db, customerByEmail);
  const byChange = prepare(db, customersByChange);
  const insert = prepare(db, insertCustomer);
  const update = prepare(db, updateCustomer);
  const begin = db.prepare('begin immediate');
  const commit = db.prepare('commit');
  const insertChange = db.prepare('insert into customer_change values (?, ?, ?, ?, ?, ?, ?, ?)');
  const nextCounters = db.prepare(
    `update client_counter set last_customer_id = last_customer_id + ?, last_change_number = last_change_number + 1,
      last_changed_at = ?
     where client_id = ? returning last_customer_id as customerId, last_change_number as changeNumber`,
  );

  const get = (clientId: number, customerId: number) =>
    byId.statement.get(...byId.bind({ clientId, customerId })) as unknown as CustomerRow;

  /**
   * Takes the next numbers, and writes the row and the record of the change: the same work as the service, in one
   * commit.
   */
  function write(clientId: number, kind: 'created' | 'updated', row: Body, changed: object): CustomerRow {
    const changedAt = Date.now();
    const counters = nextCounters.get(kind === 'created' ? 1 : 0, changedAt, clientId) as unknown as Counters;
    const { changeNumber } = counters;
    const customerId = kind === 'created' ? counters.customerId : (row.customer_id as number);
    const { statement, bind } = kind === 'created' ? insert : update;
    statement.run(...bind({ ...row, clientId, customerId, changeNumber, changedAt }));
    insertChange.run(clientId, changeNumber, customerId, kind, changedAt, 'key', 1, JSON.stringify(changed));
    return { ...row, customer_id: customerId, changed_at: changedAt } as unknown as CustomerRow;
  }

  return {
    /** Of the client with a name. */
    clientId: (name: string): number => clientIds.get(name) ?? 0,
    get,
    findByEmail: (clientId: number, email: string) =>
      byEmail.statement.get(...byEmail.bind({ clientId, emailKey: email.toLowerCase() })) as unknown as CustomerRow,
    all: (clientId: number) =>
      byChange.statement.iterate(
        ...byChange.bind({ clientId, changedAt: 0, changeNumber: 0, limit: -1 }),
      ) as unknown as Iterator<CustomerRow>,
    update(clientId: number, customerId: number, body: Body): CustomerRow {
      begin.run();
      const before = get(clientId, customerId);
      const changed = { customerCity: [before.city, body.customerCity] };
      const row = write(clientId, 'updated', { ...before, city: body.customerCity }, changed);
      commit.run();
      return row;
    },
    create(clientId: number, body: Body): CustomerRow {
      begin.run();
      const changed = Object.fromEntries(Object.entries(body).map(([field, value]) => [field, [null, value]]));
      const row = write(clientId, 'created', columnsOf(body), changed);
      commit.run();
      return row;
    },
    close: () => db.close(),
  };
}

/** The columns of a new customer. */
export const columnsOf = (body: Body) => ({
  external_id: null,
  email: body.email,
  emailKey: (body.email as string).toLowerCase(),
  salutation: body.customerSalutation,
  first_name: body.customerFirstName,
  last_name: body.customerLastName,
  preposition: body.customerPreposition,
  address: body.customerAddress,
  house_nr: body.customerHouseNr,
  zip: body.customerZip,
  city: body.customerCity,
  country: body.customerCountry,
  phone: body.customerPhone,
  credit: 0,
  tags: '[]',
});

interface Prepared {
  readonly statement: StatementSync;
  bind(values: Body): SQLInputValue[];
}

function prepare(db: DatabaseSync, { compiled: { sqlite } }: AnyStatement): Prepared {
  return {
    statement: db.prepare(sqlite.sql),
    bind: (values) => sqlite.names.map((name) => values[name] as SQLInputValue),
  };
}
