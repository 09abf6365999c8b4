/** How the clients are spread over the nodes of a cluster. */
import type { Store } from '../../db/store.ts';
import { listClients } from '../clients/queries.ts';
import { allNodes, citusVersion, groupsOfClients, strayTables } from './queries.ts';

/** So many of the largest clients are named. */
const LARGEST = 10;

export interface ClusterStatus {
  readonly nodes: readonly NodeStatus[];
  /** The clients with the most customers, the largest first. */
  readonly largest: readonly { readonly client: string; readonly customers: number; readonly node: string }[];
  /** Tables that are not spread as they should be: "foyer migrate" does so. */
  readonly notColocated: readonly string[];
}

export interface NodeStatus {
  readonly node: string;
  readonly isActive: boolean;
  readonly clients: number;
  readonly customers: number;
}

/** Nothing when the database is not a cluster. */
export async function clusterStatus(store: Store): Promise<ClusterStatus | undefined> {
  if (store.dialect === 'sqlite') return undefined;
  return store.readInstallation(async (tx) => {
    if ((await tx.all(citusVersion, {})).length === 0) return undefined;
    const nodes = await tx.all(allNodes, {});
    if (nodes.length === 0) return undefined;
    const strays = (await tx.all(strayTables, {})).map(({ name }) => name);
    const clients = await tx.all(listClients, {});
    const clientIds = JSON.stringify(clients.map(({ clientId }) => clientId));
    const places = await tx.all(groupsOfClients, { clientIds });
    const groupOf = new Map(places.map(({ clientId, groupId }) => [clientId, groupId]));
    const nameOf = new Map(nodes.map(({ groupId, node }) => [groupId, node]));
    const byNode = Map.groupBy(clients, ({ clientId }) => groupOf.get(clientId));
    return {
      nodes: nodes.map(({ groupId, node, isActive }) => {
        const here = byNode.get(groupId) ?? [];
        const customers = here.reduce((sum, client) => sum + client.customers, 0);
        return { node, isActive: isActive === 'yes', clients: here.length, customers };
      }),
      largest: clients
        .toSorted((one, other) => other.customers - one.customers)
        .slice(0, LARGEST)
        .map(({ clientId, name, customers }) => {
          const node = nameOf.get(groupOf.get(clientId) ?? -1) ?? '';
          return { client: name, customers, node };
        }),
      notColocated: strays,
    };
  });
}
