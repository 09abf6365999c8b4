/** All client-types with the number of their customers, which means counting every customer that has one. */
import type { HeavyRead } from '../../db/heavy/job.ts';
import { countedClientTypes } from './queries.ts';

/** JSON: an array of `CountedClientType`. */
export const listCounted: HeavyRead<object> = {
  module: import.meta.url,
  name: 'listCounted',
  run: async (tx) => JSON.stringify(await tx.all(countedClientTypes, {})),
};
