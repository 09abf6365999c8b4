/** Makes a database of many customers, as the service itself would have left it, in seconds instead of minutes. */
import { DatabaseSync } from 'node:sqlite';
import { readConfig } from '../server/src/config.ts';
import { connect } from '../server/src/db/connect.ts';
import { migrate } from '../server/src/db/migrate.ts';
import { Store } from '../server/src/db/store.ts';
import { createClient } from '../server/src/features/clients/writes.ts';
import { clientTypeNames } from '../server/src/features/demo/names.ts';
import { defaultScopes } from '../server/src/features/keys/rules.ts';
import { createKey } from '../server/src/features/keys/writes.ts';
import { foldCase } from '../server/src/wire/text.ts';
import { visitor } from './visitors.ts';

/** A database that is ready to be served. */
export interface Seeded {
  readonly path: string;
  readonly customers: number;
  readonly clientId: number;
  readonly clientName: string;
  /** A key with the default scopes. */
  readonly key: string;
}

/** Customers were last changed over this time: a shorter one would let the server format nothing but the same hours. */
const HISTORY_MS = 3 * 365 * 24 * 3_600_000;

/** Seeds the file `path`, which must not exist yet. */
export async function seed(path: string, customers: number): Promise<Seeded> {
  const clientName = 'bench';
  const engine = await connect(readConfig({ DATABASE_URL: `sqlite:${path}` }).database);
  await migrate(engine);
  const store = new Store(engine);
  const clientId = await createClient(store, { name: clientName });
  const { key } = await createKey(store, { clientId, scopes: defaultScopes, label: 'bench', expiresAt: null });
  await store.close();

  const db = new DatabaseSync(path);
  db.exec('pragma synchronous = off; pragma cache_size = -1000000; begin');
  insertAll(db, clientId, customers);
  db.exec('commit');
  db.close();
  return { path, customers, clientId, clientName, key };
}

function insertAll(db: DatabaseSync, clientId: number, customers: number): void {
  const clientType = insertInto(db, 'client_type', 5);
  const customer = insertInto(db, 'customer', 20);
  const change = insertInto(db, 'customer_change', 8);
  const tag = insertInto(db, 'customer_client_type', 3);
  const start = Date.now() - HISTORY_MS;
  for (const [index, name] of clientTypeNames.entries())
    clientType.run(clientId, index + 1, name, foldCase(name), start);

  let changeNumber = 0;
  let changedAt = start;
  for (let id = 1; id <= customers; id += 1) {
    const v = visitor(id);
    changedAt = start + Math.floor((id / customers) * HISTORY_MS);
    const record = (kind: string, changed: object) => {
      changeNumber += 1;
      change.run(clientId, changeNumber, id, kind, changedAt, 'command', null, JSON.stringify(changed));
    };
    record('created', {
      email: [null, v.email],
      customerFirstName: [null, v.firstName],
      customerLastName: [null, v.lastName],
    });
    const names = v.clientTypes.map((index) => clientTypeNames[index]);
    if (names.length > 0) record('clienttypes', { customerTags: [[], names] });
    const words = [
      v.salutation,
      v.firstName,
      v.lastName,
      v.preposition,
      v.address,
      v.houseNr,
      v.zip,
      v.city,
      v.country,
    ];
    const rest = [v.credit, JSON.stringify(names), changedAt, changeNumber, changedAt];
    customer.run(clientId, id, v.externalId, v.email, foldCase(v.email), ...words, v.phone, ...rest);
    for (const index of v.clientTypes) tag.run(clientId, id, index + 1);
  }

  db.prepare(
    'update client_counter set last_customer_id = ?, last_client_type_id = ?, last_change_number = ?, last_changed_at = ? where client_id = ?',
  ).run(customers, clientTypeNames.length, changeNumber, changedAt, clientId);
}

/** The columns stand in the order of the migration; one too many or too few, and the statement does not prepare. */
const insertInto = (db: DatabaseSync, table: string, columns: number) =>
  db.prepare(`insert into ${table} values (${Array(columns).fill('?').join(', ')})`);
