/**
 * A file of a million new customers, compared with the least that could load the same rows, and what waits for it
 * meanwhile.
 */

import { once } from 'node:events';
import { createReadStream, createWriteStream, openAsBlob } from 'node:fs';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { createFoyer, type Import } from '../sdk/src/index.ts';
import type { Generator } from './generator.ts';
import type { Finding } from './large.ts';
import { type BenchPostgres, startPostgres } from './postgres-server.ts';
import { targetOf } from './requests.ts';
import { percentile } from './scenarios.ts';
import type { SearchPart } from './search.ts';
import { type Seeded, type SeededClient, seed } from './seed.ts';
import { seedPostgres } from './seed-postgres.ts';
import { type Server, startFoyer } from './server.ts';

/** How many customers exist already, and are asked for meanwhile. */
const THERE = 1000;
const LIGHT = { scenario: 'get', connections: 8, rate: 100 } as const;
const MIB = 1024 * 1024;

const first = ['Sanne', 'Jan', 'Lotte', 'Piet', 'Anouk', 'Mohammed', 'Fatima', 'Teun'];
const last = ['Vries', 'Berg', 'Jansen', 'Nguyen', 'Zandschulp', 'Bakker', 'Visser'];
const prepositions = ['de', 'van den', '', 'van der', ''];
const cities = ['Zwolle', 'Deventer', 'Utrecht', 'Groningen', 'Amsterdam'];
const columns = [
  'Klantnr',
  'Voornaam',
  'Tussenvoegsel',
  'Achternaam',
  'E-mailadres',
  'Straat',
  'Huisnr.',
  'Postcode',
  'Plaats',
  'Telefoon',
];

const emailOf = (at: number): string => `bezoeker${(at * 7919) % 10_000_019}@voorbeeld.example`;
const pick = (list: readonly string[], at: number): string => list[at % list.length] ?? '';

/** Writes the file: about 105 bytes a row. */
async function writeFile(path: string, rows: number): Promise<void> {
  const out = createWriteStream(path);
  let text = `${columns.join(';')}\r\n`;
  for (let at = 0; at < rows; at += 1) {
    const name = `${pick(first, at)};${pick(prepositions, at)};${pick(last, at)}${at % 977}`;
    const address = `Melkmarkt;${at % 200};${8000 + (at % 2000)} AB;${pick(cities, at)}`;
    text += `k${at};${name};${emailOf(at)};${address};06-${10_000_000 + at}\r\n`;
    if (text.length < MIB) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await once(out, 'close');
}

const bareTable = `create table bare (client_id bigint, customer_id bigint, external_id text, first_name text,
  preposition text, last_name text, email text, street text, house_nr text, zip text, city text, phone text,
  primary key (client_id, customer_id), unique (client_id, email), unique (client_id, external_id))`;

/** What `.import` of sqlite3 does: all rows in one transaction, by one prepared statement. */
async function loadSqlite(path: string, file: string): Promise<number> {
  const db = new DatabaseSync(path);
  db.exec(`pragma journal_mode = wal; pragma synchronous = full; ${bareTable.replaceAll('bigint', 'integer')}`);
  const began = performance.now();
  const insert = db.prepare(`insert into bare values (1, ?, ${columns.map(() => '?').join(', ')})`);
  db.exec('begin');
  let rows = 0;
  for await (const line of createInterface(createReadStream(file))) {
    // Nothing is quoted; the first line has the names.
    if (rows > 0) insert.run(rows, ...line.split(';'));
    rows += 1;
  }
  db.exec('commit');
  const seconds = (performance.now() - began) / 1000;
  db.close();
  return (rows - 1) / seconds;
}

/** `COPY` from a file on the server's machine. */
async function loadPostgres(postgres: BenchPostgres, file: string, rows: number): Promise<number> {
  await postgres.makeDatabase('bare');
  const client = new Client({ connectionString: postgres.url('bare', 'superuser') });
  await client.connect();
  await client.query('create sequence numbers');
  await client.query(
    bareTable
      .replace('client_id bigint', 'client_id bigint default 1')
      .replace('customer_id bigint', "customer_id bigint default nextval('numbers')"),
  );
  const began = performance.now();
  const names = 'external_id, first_name, preposition, last_name, email, street, house_nr, zip, city, phone';
  await client.query(`copy bare (${names}) from '${file}' (format csv, delimiter ';', header)`);
  const seconds = (performance.now() - began) / 1000;
  await client.end();
  return rows / seconds;
}

interface Measured {
  readonly job: Import;
  readonly seconds: number;
  readonly gets: readonly number[];
}

/** Sends the file and waits for the import, with somebody asking for customers meanwhile. */
async function importOf(server: Server, file: string, generator: Generator): Promise<Measured> {
  const sdk = sdkOf(server);
  const gets: number[] = [];
  const job = await sdk.imports.create({
    file: await openAsBlob(file),
    fileName: 'bench.csv',
    again: true,
    policy: 'upsert',
  });
  const began = performance.now();
  for (let now = job; ; now = await sdk.imports.get(job)) {
    if (now.finishedAt !== null) {
      if (now.state !== 'done' || now.refused > 0) throw new Error(`${now.state} ${now.error} ${now.refused} refused`);
      return { job: now, seconds: (performance.now() - began) / 1000, gets };
    }
    const seen = await generator.run({ ...LIGHT, target: targetOf(server), seconds: 0.5 });
    gets.push(...seen.latencies);
  }
}

function sdkOf({ data, port }: Server) {
  const { name, key } = data.clients[0] as SeededClient;
  return createFoyer({ baseUrl: `http://127.0.0.1:${port}`, client: name, key });
}

/** How long until the last row is found by its address. */
async function untilFound(server: Server, rows: number): Promise<number> {
  const began = performance.now();
  const sdk = sdkOf(server);
  for (;;) {
    const found = await sdk.customers.search(emailOf(rows - 1)).catch(() => undefined);
    if (found !== undefined && found.count > 0) return (performance.now() - began) / 1000;
    await sleep(200);
  }
}

async function measure(
  data: Seeded,
  settings: Record<string, string>,
  file: string,
  rows: number,
  ceiling: number,
  aim: number,
  generator: Generator,
): Promise<Finding[]> {
  const server = await startFoyer(data, settings);
  const created = await importOf(server, file, generator);
  const found = await untilFound(server, rows);
  const peak = server.memory().peak;
  const again = await importOf(server, file, generator);
  await server.stop();
  const speed = rows / created.seconds;
  return [
    { what: 'rows loaded into a bare table with the same indexes', value: ceiling, unit: '1/s' },
    { what: 'rows imported', value: speed, unit: '1/s', aim: { least: aim } },
    { what: 'get meanwhile, p50', value: percentile(created.gets, 0.5), unit: 'ms' },
    { what: 'get meanwhile, p99', value: percentile(created.gets, 0.99), unit: 'ms', aim: { most: 20 } },
    { what: 'memory at its peak', value: peak / MIB, unit: 'MiB', aim: { most: 300 } },
    { what: 'the last row is found after', value: found, unit: 's', aim: { most: 60 } },
    { what: 'the same file once more: rows', value: rows / again.seconds, unit: '1/s', aim: { least: 2 * speed } },
  ];
}

export async function importsOf(folder: string, rows: number, generator: Generator): Promise<SearchPart> {
  const file = `${folder}/import.csv`;
  await writeFile(file, rows);
  const ceiling = await loadSqlite(`${folder}/bare.db`, file);
  const data = await seed(`${folder}/import.db`, THERE);
  const findings = await measure(data, {}, file, rows, ceiling, 25_000, generator);
  return { what: `An import of ${rows.toLocaleString('en')} customers, SQLite`, findings };
}

export async function importsOfPostgres(folder: string, rows: number, generator: Generator): Promise<SearchPart> {
  const postgres = await startPostgres();
  // The server runs as another user, and must be able to read it.
  const file = `/tmp/foyer-bench-import-${process.pid}.csv`;
  await writeFile(file, rows);
  try {
    const ceiling = await loadPostgres(postgres, file, rows);
    const data = await seedPostgres(postgres, folder, 'imports', 1, THERE);
    const findings = await measure(data, { IMPORT_DIR: `${folder}/imports` }, file, rows, ceiling, 15_000, generator);
    return { what: `An import of ${rows.toLocaleString('en')} customers, PostgreSQL`, findings };
  } finally {
    const { rm } = await import('node:fs/promises');
    await rm(file, { force: true });
    await postgres.stop();
  }
}
