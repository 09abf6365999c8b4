/**
 * What a connection leads to. Of a cluster it must be the coordinator: its nodes answer the same questions, but staff,
 * sessions and the record of the migrations are not there, and the lock for what is above the clients holds on one
 * server only (decision 0029).
 */
import type { PoolClient } from 'pg';
import { WrongServer } from '../unavailable.ts';

/** One server, or the coordinator of a cluster. */
export type ServerKind = 'single' | 'cluster';

/**
 * A setting that only a cluster has: it comes with the library of Citus, which is loaded when the server starts.
 */
export const CLUSTER_SETTING = 'citus.propagate_set_commands';

const kindQuery = `select current_setting('${CLUSTER_SETTING}', true) as setting,
  to_regclass('pg_catalog.pg_dist_local_group') as catalogue`;

const coordinatorOfNode = `select n.nodename || ':' || n.nodeport as address
  from pg_dist_local_group l left join pg_dist_node n on n.groupid = 0 and n.noderole = 'primary'
  where l.groupid <> 0`;

/** What each connection leads to, for as long as it lives. */
const known = new WeakMap<PoolClient, ServerKind>();

/** Asks a connection once. One that fails, or leads to a node of a cluster, is given up. */
export async function kindOf(client: PoolClient): Promise<ServerKind> {
  const before = known.get(client);
  if (before !== undefined) return before;
  try {
    const kind = await ask(client);
    known.set(client, kind);
    return kind;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function ask(client: PoolClient): Promise<ServerKind> {
  const [{ setting, catalogue }] = (await client.query(kindQuery)).rows;
  if (!setting) return 'single';
  const [coordinator] = catalogue === null ? [] : (await client.query(coordinatorOfNode)).rows;
  if (coordinator === undefined) return 'cluster';
  const { host, port } = client;
  throw new WrongServer(
    `${host}:${port} is a node of a cluster, and not its coordinator: DATABASE_URL and DATABASE_MIGRATE_URL must ` +
      `name the coordinator${coordinator.address === null ? '' : `, ${coordinator.address}`} (docs/cluster.md).`,
  );
}
