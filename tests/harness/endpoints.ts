/** The endpoint table, for the tests that walk it. */
import { type Endpoint, isAboveScope } from '../../sdk/src/contract/endpoint.ts';
import { endpoints } from '../../sdk/src/contract/index.ts';

export interface NamedEndpoint {
  /** `customers.create` */
  readonly name: string;
  readonly endpoint: Endpoint;
}

export const allEndpoints: readonly NamedEndpoint[] = Object.entries(endpoints).flatMap(([resource, named]) =>
  Object.entries(named as Readonly<Record<string, Endpoint>>).map(([name, endpoint]) => ({
    name: `${resource}.${name}`,
    endpoint,
  })),
);

/** The endpoints of a client, which take a key. */
export const clientEndpoints = allEndpoints.filter(({ endpoint }) => !isAboveScope(endpoint.scope));
/** The endpoints above the clients, which know staff members only. */
export const aboveEndpoints = allEndpoints.filter(({ endpoint }) => isAboveScope(endpoint.scope));
