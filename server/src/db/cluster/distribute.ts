/**
 * Distributes the tables over the nodes of a Citus cluster, if the database is the coordinator of one: the directory of
 * the clients and the roles of staff on every node, all that belongs to a client on that client's node, and what is
 * above the clients on the coordinator only.
 *
 * It is one transaction: all of them, with what they hold, or none.
 */
import { type Kysely, sql } from '#kysely';

/** Small, seldom written, and read before the client is known. */
const ON_EVERY_NODE = ['client', 'staff_role'];
/** The table with which all other tables of a client are colocated. */
const FIRST = 'client_counter';
/** An advisory lock, for which other starting processes wait: any number that nothing else in the database uses. */
const LOCK = 7_243_002;

/** Distributes what is not distributed yet; returns the names of the tables. On one server it does nothing. */
export async function distribute(db: Kysely<unknown>): Promise<string[]> {
  if (!(await isCoordinator(db)) || (await undistributed(db)).length === 0) return [];
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(trx);
    const tables = await undistributed(trx);
    // Tables that refer to each other are changed one after another.
    await sql`set local citus.multi_shard_modify_mode to 'sequential'`.execute(trx);
    const references = await referencesOf(trx, tables);
    for (const { table, name } of references) await trx.schema.alterTable(table).dropConstraint(name).execute();
    for (const table of tables) await distributeOne(trx, table);
    for (const { table, name, definition } of references) {
      await sql`alter table ${sql.table(table)} add constraint ${sql.ref(name)} ${sql.raw(definition)}`.execute(trx);
    }
    return tables;
  });
}

/** Does this database have nodes for rows? One that has the extension but no nodes is used like any other. */
async function isCoordinator(db: Kysely<unknown>): Promise<boolean> {
  const { rows: extensions } = await sql`select from pg_extension where extname = 'citus'`.execute(db);
  if (extensions.length === 0) return false;
  const { rows: nodes } =
    await sql`select from pg_dist_node where isactive and shouldhaveshards and noderole = 'primary'`.execute(db);
  return nodes.length > 0;
}

/** The tables that are on this node only but should not be, in the order in which they can be distributed. */
async function undistributed(db: Kysely<unknown>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select t.relname as name from pg_class t
    join pg_attribute a on a.attrelid = t.oid and a.attname = 'client_id' and not a.attisdropped
    left join pg_dist_partition p on p.logicalrelid = t.oid
    where t.relkind = 'r' and t.relnamespace = current_schema()::regnamespace
      and (p.partmethod is null or (p.partmethod = 'n' and p.repmodel <> 't'))
    order by t.relname`.execute(db);
  const names = rows.map(({ name }) => name);
  const early = [...ON_EVERY_NODE, FIRST].filter((name) => names.includes(name));
  return [...early, ...names.filter((name) => !early.includes(name))];
}

interface Reference {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

async function referencesOf(db: Kysely<unknown>, tables: readonly string[]): Promise<Reference[]> {
  const { rows } = await sql<Reference>`
    select t.relname as table, c.conname as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c join pg_class t on t.oid = c.conrelid
    where c.contype = 'f' and t.relnamespace = current_schema()::regnamespace and t.relname = any(${tables})
    order by t.relname, c.conname`.execute(db);
  return rows;
}

/** The owner copies the rows, and sees them only while row-level security is not forced on owners. */
async function distributeOne(db: Kysely<unknown>, table: string): Promise<void> {
  await sql`alter table ${sql.table(table)} no force row level security`.execute(db);
  if (ON_EVERY_NODE.includes(table)) await sql`select create_reference_table(${table}::regclass)`.execute(db);
  else {
    const beside = table === FIRST ? 'default' : FIRST;
    await sql`select create_distributed_table(${table}::regclass, 'client_id', colocate_with => ${beside})`.execute(db);
  }
  await sql`select truncate_local_data_after_distributing_table(${table}::regclass)`.execute(db);
  await sql`alter table ${sql.table(table)} force row level security`.execute(db);
}
