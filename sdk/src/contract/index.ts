import { clientTypes } from './client-types.ts';
import { customers } from './customers.ts';
import { exports } from './exports.ts';

/** Where every endpoint lives; `{client}` is the short name of an organisation. */
export const BASE_PATH = '/v1/{client}/peppered';

/** The wire: every endpoint, by resource and name. */
export const endpoints = { customers, clientTypes, exports } as const;
