import { changes } from './changes.ts';
import { clientTypes } from './client-types.ts';
import { customers } from './customers.ts';
import { exports } from './exports.ts';
import { webhooks } from './webhooks.ts';

/** Where every endpoint lives; `{client}` is the short name of an organisation. */
export const BASE_PATH = '/v1/{client}/peppered';

/** The wire: every endpoint, by resource and name. */
export const endpoints = { customers, clientTypes, exports, changes, webhooks } as const;
