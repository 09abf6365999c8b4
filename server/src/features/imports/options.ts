/** The options of an import. Pure. */

import type { Encoding } from './file/table.ts';
import type { Mapping } from './mapping/header.ts';

export type Match = 'auto' | 'email' | 'customerExternalId' | 'customerId';
export type Policy = 'create' | 'update' | 'upsert';

/** What the caller asks for, with the defaults filled in. It is kept with the job. */
export interface ImportOptions {
  readonly dryRun: boolean;
  readonly match: Match;
  readonly policy: Policy;
  readonly empty: 'keep' | 'clear';
  readonly onError: 'skip' | 'stop';
  /** Overwrite customers that have changed since they were exported? */
  readonly overwrite: boolean;
  readonly addClienttypes: readonly string[];
  readonly setClienttypes: string | null;
  readonly splitLastNames: boolean;
  readonly restoreZeros: boolean;
  readonly mapping: Mapping;
  readonly encoding: Encoding | null;
  readonly delimiter: string | null;
}
