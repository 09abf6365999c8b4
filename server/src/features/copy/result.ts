/** The result of a copy, client by client. */
import { checksumOf, isEqual, type TableComparison } from './compare.ts';
import type { TableName } from './copied-tables.ts';
import type { ClientState } from './queries.ts';

/** The result for one client. */
export interface ClientResult {
  readonly client: string;
  readonly customers: number;
  readonly changes: number;
  /** How many rows the source has in each compared table. */
  readonly rows: Readonly<Partial<Record<TableName, number>>>;
  /** SHA-256 over all of them, in hexadecimal. */
  readonly checksum: string;
  readonly equal: boolean;
  /** The tables that differ between the databases. */
  readonly different: readonly TableName[];
}

/** Stands for the installation where a client number is expected. */
export const INSTALLATION = 0;

export interface CopyResult {
  readonly equal: boolean;
  /** Are the staff members the same in both databases? */
  readonly staffEqual: boolean;
  readonly clients: readonly ClientResult[];
}

/** The result for every client, from the comparison of its tables. */
export function resultOf(
  clients: readonly ClientState[],
  found: ReadonlyMap<number, readonly TableComparison[]>,
): CopyResult {
  const results = clients.map((client): ClientResult => {
    const tables = found.get(client.client_id) ?? [];
    const rows: Partial<Record<TableName, number>> = {};
    for (const { table, source } of tables) rows[table] = source.rows;
    const different = tables.filter((table) => !isEqual(table)).map(({ table }) => table);
    return {
      client: client.name,
      customers: rows.customer ?? 0,
      changes: rows.customer_change ?? 0,
      rows,
      checksum: checksumOf(tables),
      equal: different.length === 0,
      different,
    };
  });
  const staffEqual = (found.get(INSTALLATION) ?? []).every(isEqual);
  return { equal: staffEqual && results.every(({ equal }) => equal), staffEqual, clients: results };
}
