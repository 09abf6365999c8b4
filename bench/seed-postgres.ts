/** Seeds databases on PostgreSQL: one that the service owns, and its twin for the ceiling. */
import { Client } from 'pg';
import type { BenchPostgres } from './postgres-server.ts';
import { makeClients, makeIndexes, type Seeded, type Twins } from './seed.ts';
import { type SeededTable, type SeededValue, saveUsed, seedRows, usedValues } from './seed-rows.ts';

/** How many values of a column go into one statement at most. */
const CHUNK_ROWS = 20_000;

/** Seeds the new database `name` with a number of clients and of customers for each. */
export async function seedPostgres(
  server: BenchPostgres,
  folder: string,
  name: string,
  count: number,
  customers: number,
): Promise<Seeded> {
  await server.makeDatabase(name);
  const url = server.url(name, 'service');
  const clients = await makeClients(url, count);
  const db = new Client({ connectionString: server.url(name, 'superuser') });
  await db.connect();
  // Rows as the service itself would have left them need no check of their references.
  await db.query('set session_replication_role = replica');
  for (const { id } of clients) await insertAll(db, id, customers);
  const indexMs = await makeIndexes(url, clients);
  await db.query('vacuum (analyze)');
  await db.end();
  return { log: `${folder}/${name}.log`, customers, clients, url, indexMs };
}

/** The same for two servers. */
export async function seedPostgresTwins(
  server: BenchPostgres,
  folder: string,
  name: string,
  count: number,
  customers: number,
): Promise<Twins> {
  const foyer = await seedPostgres(server, folder, name, count, customers);
  // The twin is an exact copy.
  const twin = `${name}_ceiling`;
  await server.makeDatabase(twin, name);
  return { foyer, ceiling: { ...foyer, url: server.url(twin, 'superuser') } };
}

async function insertAll(db: Client, clientId: number, customers: number): Promise<void> {
  const waiting = new Map<SeededTable, SeededValue[][]>();
  await db.query('begin');
  const rows = seedRows(clientId, customers);
  let next = rows.next();
  for (; !next.done; next = rows.next()) {
    const { table, row } = next.value;
    const chunk = waiting.get(table) ?? [];
    waiting.set(table, chunk);
    if (chunk.push(row) >= CHUNK_ROWS) await insertInto(db, table, chunk.splice(0));
  }
  for (const [table, chunk] of waiting) await insertInto(db, table, chunk);
  await db.query(saveUsed, usedValues(next.value, clientId));
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
  const values = columns.map((_, column) => rows.map((row) => row[column]));
  await db.query(insert, values);
}
