/** Reads what both databases hold of a client, and says whether it is the same. */
import { createHash } from 'node:crypto';
import type { Engine } from '../../db/engine.ts';
import type { Table, TableName } from './copied-tables.ts';
import { readPages } from './rows.ts';

/** A table of a client in one database. */
interface Content {
  readonly rows: number;
  /** SHA-256 of its rows in the order of their key. */
  readonly digest: string;
}

export interface TableComparison {
  readonly table: TableName;
  readonly source: Content;
  readonly target: Content;
}

/** Compares a table of a client; `onRows` is called with the number of rows read from the source. */
export async function compareTable(
  source: Engine,
  target: Engine,
  table: Table,
  clientId: number,
  onRows: (rows: number) => void = () => {},
): Promise<TableComparison> {
  const [of, copy] = await Promise.all([
    contentOf(source, table, clientId, onRows),
    contentOf(target, table, clientId, () => {}),
  ]);
  return { table: table.name, source: of, target: copy };
}

/** One line for each row, as JSON: the same text for the same values, from either engine. */
async function contentOf(
  engine: Engine,
  table: Table,
  clientId: number,
  onRows: (rows: number) => void,
): Promise<Content> {
  const hash = createHash('sha256');
  let rows = 0;
  for await (const page of readPages(engine, table, clientId)) {
    let text = '';
    for (const cells of page) text += `${JSON.stringify(cells)}\n`;
    hash.update(text);
    rows += page.length;
    onRows(page.length);
  }
  return { rows, digest: hash.digest('hex') };
}

export const isEqual = ({ source, target }: TableComparison): boolean =>
  source.rows === target.rows && source.digest === target.digest;

/** One checksum over all tables of a client, as the source has them. */
export function checksumOf(tables: readonly TableComparison[]): string {
  const hash = createHash('sha256');
  for (const { table, source } of tables) hash.update(`${table} ${source.rows} ${source.digest}\n`);
  return hash.digest('hex');
}
