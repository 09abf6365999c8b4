/** The table of the wire: every endpoint, and where the paths begin. */
import { changes } from './changes.ts';
import { clientTypes } from './client-types.ts';
import { customerBatches } from './customer-batches.ts';
import { customers } from './customers.ts';
import { type Endpoint, isAboveScope } from './endpoint.ts';
import { exports } from './exports.ts';
import { imports } from './imports.ts';
import { sessions } from './session.ts';
import { webhooks } from './webhooks.ts';

/** Where the endpoints of a client live; `{client}` is the short name of an organisation. */
export const BASE_PATH = '/v1/{client}/peppered';
/** Where the endpoints above the clients live. */
export const ROOT_PATH = '/v1';

/** The wire: every endpoint, by resource and name. */
export const endpoints = {
  customers: { ...customers, ...customerBatches },
  clientTypes,
  exports,
  imports,
  changes,
  webhooks,
  session: sessions,
} as const;

/** The whole path of an endpoint. */
export const pathOf = ({ scope, path }: Endpoint): string => (isAboveScope(scope) ? ROOT_PATH : BASE_PATH) + path;
