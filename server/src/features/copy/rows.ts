/** Rows of one client in one table, read and written in pages, on either engine. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from '../../db/connection.ts';
import type { Engine } from '../../db/engine.ts';
import type { Dialect, Value } from '../../db/statement.ts';
import { Unavailable } from '../../db/unavailable.ts';
import type { Table } from './copied-tables.ts';
import { PAGE_ROWS, statementsOf } from './queries.ts';

/** A row's values, in the order of the columns. */
export type Cells = readonly Value[];
type Key = readonly number[];

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 500;

/** Retries what the database could not do at the moment. Everything here can be done twice with the same result. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unavailable) || error.reason === 'full' || attempt === ATTEMPTS) throw error;
      await sleep(FIRST_PAUSE_MS * 2 ** attempt);
    }
  }
}

/** The rows of a client after a key, in the order of the key. */
export async function* readPages(
  engine: Engine,
  table: Table,
  clientId: number,
  after?: Key,
): AsyncGenerator<readonly Cells[]> {
  const { page } = statementsOf(table, engine.dialect);
  const { columns, key } = table;
  let last = after ?? key.map(() => 0);
  for (;;) {
    const values = [clientId, ...last];
    const rows = await patiently(() => engine.reading(clientId, async (connection) => connection.all(page, values)));
    const end = rows.at(-1);
    if (end === undefined) return;
    yield rows.map((row) => columns.map(({ name }) => row[name] as Value));
    if (rows.length < PAGE_ROWS) return;
    last = keyOf(table, end);
  }
}

const keyOf = ({ key }: Table, row: Row): Key => key.map((column) => Number(row[column]));

/** The key of the last row of a client; `undefined` if it has none. */
export async function lastKey(engine: Engine, table: Table, clientId: number): Promise<Key | undefined> {
  const statement = statementsOf(table, engine.dialect).lastKey;
  const row = await patiently(() =>
    engine.reading(clientId, async (connection) => connection.get(statement, [clientId])),
  );
  return row && keyOf(table, row);
}

/** Stores rows in one transaction; existing ones stay as they are. */
export async function insertRows(
  engine: Engine,
  table: Table,
  scope: number | 'installation',
  rows: readonly Cells[],
): Promise<void> {
  const { insert } = statementsOf(table, engine.dialect);
  const values = bound[engine.dialect](table, rows);
  await patiently(() =>
    engine.writing(scope, async (connection) => {
      for (const one of values) connection.run(insert, one);
    }),
  );
}

/**
 * The values to bind, statement by statement: SQLite takes a row at a time, PostgreSQL a page as an array for each
 * column.
 */
const bound: Readonly<Record<Dialect, (table: Table, rows: readonly Cells[]) => Value[][]>> = {
  sqlite: (_, rows) => rows.map((row) => [...row]),
  postgres: ({ columns }, rows) => [columns.map((_, at) => arrayText(rows.map((row) => row[at] ?? null)))],
};

// https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
const arrayText = (cells: Cells): string => `{${cells.map(cellText).join(',')}}`;
const cellText = (cell: Value) => (typeof cell === 'string' ? `"${cell.replace(/["\\]/g, '\\$&')}"` : (cell ?? 'NULL'));

/** Removes all rows of a client from a table. */
export async function removeRows(engine: Engine, table: Table, clientId: number): Promise<void> {
  const { remove } = statementsOf(table, engine.dialect);
  while ((await lastKey(engine, table, clientId)) !== undefined) {
    await patiently(() => engine.writing(clientId, async (connection) => connection.run(remove, [clientId])));
  }
}
