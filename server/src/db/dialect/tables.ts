/** How each engine makes its tables, and what else it needs so that a statement sees only the rows of its client. */
import { type ColumnDataType, type Kysely, type RawBuilder, sql } from '#kysely';
import type { Dialect } from '../statement.ts';

/**
 * Who sees the rows of a table: their client; their client and the installation; or, if they have no client, the
 * installation alone.
 */
type Reach = 'client' | 'installation' | 'above';

interface TableTypes {
  /** Lets the statements that follow in the transaction see the rows of a client; of 0, those of the installation. */
  enter(db: Kysely<unknown>, clientId: number): Promise<void>;
  readonly integer: ColumnDataType;
  readonly tableEnd: string;
  /** The type of text that is ordered by its bytes, so that all texts with one beginning are a range. */
  readonly bytewise: ColumnDataType | RawBuilder<unknown>;
  /** Where the index of the search is: in tables of the database, or in a file of its own. */
  readonly index: 'tables' | 'file';
  /** 32 random bytes in hexadecimal, different in each row. */
  readonly randomHex: RawBuilder<string>;
  /**
   * What else it takes to let a statement see the rows of its client only; where that is done already, it is done anew.
   */
  protect(db: Kysely<unknown>, table: string, reach: Reach): Promise<void>;
}

/** How each engine makes its tables. */
export const tableTypes: Readonly<Record<Dialect, TableTypes>> = {
  sqlite: {
    integer: 'integer',
    bytewise: 'text',
    tableEnd: 'strict, without rowid',
    index: 'file',
    randomHex: sql`lower(hex(randomblob(32)))`,
    protect: async () => {},
    enter: async () => {},
  },
  postgres: {
    integer: 'bigint',
    bytewise: sql`text collate "C"`,
    tableEnd: '',
    index: 'tables',
    randomHex: sql`replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')`,
    enter: enterClient,
    protect: protectRows,
  },
};

/**
 * The setting that holds, within a transaction, the number of the client whose rows are visible; 0 is the installation.
 */
export const CLIENT_SETTING = 'foyer.client_id';

/**
 * By a command, and not by `set_config`: a cluster passes nothing else on to its nodes, and that only when it is told
 * to.
 */
async function enterClient(db: Kysely<unknown>, clientId: number): Promise<void> {
  await sql`set local citus.propagate_set_commands = 'local'`.execute(db);
  await sql`set local ${sql.raw(CLIENT_SETTING)} = ${sql.lit(String(clientId))}`.execute(db);
}

/**
 * Row-level security, for the table's owner too. A connection that has not said whose rows it reads sees none. Without
 * a subquery: a cluster refuses one in the policy of a distributed table.
 */
async function protectRows(db: Kysely<unknown>, table: string, reach: Reach): Promise<void> {
  const current = sql`nullif(current_setting(${sql.lit(CLIENT_SETTING)}, true), '')::bigint`;
  const isInstallation = sql`${current} = ${sql.lit(0)}`;
  const rows = {
    client: sql`client_id = ${current}`,
    installation: sql`client_id = ${current} or ${isInstallation}`,
    above: isInstallation,
  }[reach];
  await sql`alter table ${sql.table(table)} enable row level security, force row level security`.execute(db);
  await sql`drop policy if exists of_client on ${sql.table(table)}`.execute(db);
  await sql`create policy of_client on ${sql.table(table)} using (${rows})`.execute(db);
}
