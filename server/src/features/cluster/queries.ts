/** What Citus says of its nodes, and where it has what. Kysely's builder has no words for its catalogue. */
import { type QueryExecutorProvider, type RawBuilder, sql } from '#kysely';
import { systemStatement } from '../../db/statement.ts';

const raw = <R>(db: QueryExecutorProvider, query: RawBuilder<R>) => ({ compile: () => query.compile(db) });

/** Whether the database has the extension. */
export const citusVersion = systemStatement<object, { version: string }>((db) =>
  raw(db, sql<{ version: string }>`select extversion as version from pg_extension where extname = 'citus'`),
);

export interface NodeRow {
  readonly groupId: number;
  readonly node: string;
  readonly isActive: string;
}

/** The coordinator and the nodes; those that take no clients have none. */
export const allNodes = systemStatement<object, NodeRow>((db) =>
  raw(
    db,
    sql<NodeRow>`select groupid as "groupId", nodename || ':' || nodeport as node,
      case when isactive then 'yes' else 'no' end as "isActive"
      from pg_dist_node where noderole = 'primary' order by groupid`,
  ),
);

/** The node of each client; `clientIds` is a JSON array. */
export const groupsOfClients = systemStatement<{ clientIds: string }, { clientId: number; groupId: number }>((db, p) =>
  raw(
    db,
    sql<{ clientId: number; groupId: number }>`
      select given.id as "clientId", max(p.groupid) as "groupId"
      from unnest(cast(translate(${p.clientIds}, '[]', '{}') as bigint[])) as given(id)
      join pg_dist_placement p
        on p.shardid = get_shard_id_for_distribution_column('client_counter'::regclass, given.id)
      group by given.id`,
  ),
);

/** Tables with rows of clients that do not stand beside their counters, nor on every node. */
export const strayTables = systemStatement<object, { name: string }>((db) =>
  raw(
    db,
    sql<{ name: string }>`
      select t.relname as name from pg_class t
      join pg_attribute a on a.attrelid = t.oid and a.attname = 'client_id' and not a.attisdropped
      left join pg_dist_partition p on p.logicalrelid = t.oid
      where t.relkind = 'r' and t.relnamespace = current_schema()::regnamespace
        and p.repmodel is distinct from 't'
        and p.colocationid is distinct from
          (select colocationid from pg_dist_partition where logicalrelid = 'client_counter'::regclass)
      order by t.relname`,
  ),
);
