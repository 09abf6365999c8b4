/** The statements of a copy, made for each table from its columns. */
import { type Kysely, type Selectable, sql } from '#kysely';
import type { ClientCounterTable } from '../../db/schema.ts';
import { type Compiled, type Dialect, systemStatement } from '../../db/statement.ts';
import type { ClientTable } from '../clients/tables.ts';
import { clientTables, memberTable, type Table } from './copied-tables.ts';

const allTables = [...clientTables, memberTable];

/** How many rows are read and written at once: few enough for the time limit of a statement. */
export const PAGE_ROWS = 1000;

/**
 * The statements of a copy for one table. Their text follows from its columns, so that no single query could be typed.
 */
export interface TableStatements {
  /** The next rows of a client, in the order of the key; takes the client and the last key. */
  readonly page: Compiled;
  /** The last key of a client. */
  readonly lastKey: Compiled;
  /** Takes a value for each column; on PostgreSQL an array of values. Existing rows are left alone. */
  readonly insert: Compiled;
  /** Removes the first rows of a client, a page of them or a few more; takes the client. */
  readonly remove: Compiled;
}

export function statementsOf(table: Table, dialect: Dialect): TableStatements {
  const found = statements[dialect].get(table.name);
  if (found === undefined) throw new Error(`A copy knows of no table ${table.name}`);
  return found;
}

const arrayOf = { integer: 'bigint[]', text: 'text[]' } as const;

const statements: Readonly<Record<Dialect, ReadonlyMap<string, TableStatements>>> = {
  sqlite: new Map(allTables.map((table) => [table.name, compile(table, 'sqlite')])),
  postgres: new Map(allTables.map((table) => [table.name, compile(table, 'postgres')])),
};

function compile(table: Table, dialect: Dialect): TableStatements {
  const place = (number: number): string => `${dialect === 'sqlite' ? '?' : '$'}${number}`;
  const { name, key, isOfClient } = table;
  const columns = table.columns.map((column) => column.name).join(', ');
  // What is above the clients is read as client 0: see `readPages`.
  const ofClient = `from ${name} where ${isOfClient ? 'client_id' : '0'} = ${place(1)}`;
  const order = (direction: string): string =>
    key.length === 0 ? '' : `order by ${key.map((column) => `${column} ${direction}`).join(', ')}`;
  const after = key.length === 0 ? '' : `and (${key.join(', ')}) > (${key.map((_, at) => place(at + 2)).join(', ')})`;
  // By the rows that there are: behind a gap the numbers of changes are large.
  const lastOfPage = `select ${key[0]} ${ofClient} order by ${key[0]} limit 1 offset ${PAGE_ROWS - 1}`;
  const first = key.length === 0 ? '' : `and ${key[0]} <= coalesce((${lastOfPage}), ${Number.MAX_SAFE_INTEGER})`;
  const values =
    dialect === 'sqlite'
      ? `values (${table.columns.map((_, at) => place(at + 1)).join(', ')})`
      : `select * from unnest(${table.columns.map(({ kind }, at) => `${place(at + 1)}::${arrayOf[kind]}`).join(', ')})`;
  return {
    page: { sql: `select ${columns} ${ofClient} ${after} ${order('asc')} limit ${PAGE_ROWS}`, names: [] },
    lastKey: {
      sql: `select ${[...(isOfClient ? ['client_id'] : []), ...key].join(', ')} ${ofClient} ${order('desc')} limit 1`,
      names: [],
    },
    insert: { sql: `insert into ${name} (${columns}) ${values} on conflict do nothing`, names: [] },
    remove: { sql: `delete ${ofClient} ${first}`, names: [] },
  };
}

type Counters = Selectable<ClientCounterTable>;

/** A client with its counters, which a copy that is not finished does not have. */
export type ClientState = ClientTable &
  Partial<Counters> & {
    /** How many numbers no change has. */
    skipped: number;
  };

export const allClients = systemStatement<object, ClientTable>((db) =>
  db.selectFrom('client').selectAll().orderBy('client_id'),
);

export const allCounters = systemStatement<object, Counters>((db) =>
  db.selectFrom('client_counter as n').innerJoin('client as c', 'c.client_id', 'n.client_id').selectAll('n'),
);

export const allGaps = systemStatement<object, { client_id: number; skipped: number }>((db) =>
  db
    .selectFrom('change_gap as g')
    .innerJoin('client as c', 'c.client_id', 'g.client_id')
    .select(['g.client_id', sql<number>`cast(sum(g.to_number - g.from_number) as bigint)`.as('skipped')])
    .groupBy('g.client_id'),
);

/** Updates PostgreSQL's statistics: those of the empty tables make it sort whole tables. */
export async function analyseTables(db: Kysely<unknown>): Promise<void> {
  for (const { name } of allTables) await sql`analyze ${sql.table(name)}`.execute(db);
}
