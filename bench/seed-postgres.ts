/** Seeds databases on PostgreSQL: one that the service owns, and its twin for the ceiling. */
import { Client } from 'pg';
import type { BenchPostgres } from './postgres-server.ts';
import { makeClients, type Twins } from './seed.ts';
import { type SeededTable, type SeededValue, saveUsed, seededTables, seedRows, usedValues } from './seed-rows.ts';

/** So many values of a column go in one statement at most. */
const CHUNK_ROWS = 20_000;

/** Seeds the new database `name`: so many clients with so many customers each. */
export async function seedPostgres(
  server: BenchPostgres,
  folder: string,
  name: string,
  count: number,
  customers: number,
): Promise<Twins> {
  await server.makeDatabase(name);
  const url = server.url(name, 'service');
  const clients = await makeClients(url, count);
  const db = new Client({ connectionString: server.url(name, 'superuser') });
  await db.connect();
  // Rows that the service itself would have left need no check of what they name.
  await db.query('set session_replication_role = replica');
  for (const { id } of clients) await insertAll(db, id, customers);
  await db.query('vacuum (analyze)');
  await db.end();
  // The twin is a copy to the byte.
  const twin = `${name}_ceiling`;
  await server.makeDatabase(twin, name);
  const data = { log: `${folder}/${name}.log`, customers, clients };
  return { foyer: { ...data, url }, ceiling: { ...data, url: server.url(twin, 'superuser') } };
}

async function insertAll(db: Client, clientId: number, customers: number): Promise<void> {
  const rows: Record<SeededTable, SeededValue[][]> = {
    client_type: [],
    customer: [],
    customer_change: [],
    customer_client_type: [],
    customer_search: [],
    customer_word: [],
    search_word: [],
  };
  const used = seedRows(clientId, customers, (table, row) => rows[table].push(row));
  await db.query('begin');
  for (const table of seededTables) await insertInto(db, table, rows[table]);
  await db.query(saveUsed, usedValues(used, clientId));
  await db.query('commit');
}

/** Each column goes as one array. */
async function insertInto(db: Client, table: SeededTable, rows: readonly SeededValue[][]): Promise<void> {
  const { rows: columns } = await db.query<{ type: string }>(
    'select data_type as type from information_schema.columns where table_name = $1 order by ordinal_position',
    [table],
  );
  const arrays = columns.map(({ type }, index) => `$${index + 1}::${type}[]`);
  const insert = `insert into ${table} select * from unnest(${arrays.join(', ')})`;
  for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
    const chunk = rows.slice(start, start + CHUNK_ROWS);
    const values = columns.map((_, column) => chunk.map((row) => row[column]));
    await db.query(insert, values);
  }
}
