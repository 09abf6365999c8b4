/** How a file is to be imported. Pure. */

import type { Encoding } from './file/table.ts';
import type { Mapping } from './mapping/header.ts';

export type Match = 'auto' | 'email' | 'customerExternalId' | 'customerId';
export type Policy = 'create' | 'update' | 'upsert';

/** What a caller asks for, with what is meant where he says nothing. It is kept with the job. */
export interface ImportOptions {
  readonly dryRun: boolean;
  readonly match: Match;
  readonly policy: Policy;
  readonly empty: 'keep' | 'clear';
  readonly onError: 'skip' | 'stop';
  /** Write over customers that have changed since they were exported? */
  readonly overwrite: boolean;
  readonly addClienttypes: readonly string[];
  readonly setClienttypes: string | null;
  readonly splitLastNames: boolean;
  readonly restoreZeros: boolean;
  readonly mapping: Mapping;
  readonly encoding: Encoding | null;
  readonly delimiter: string | null;
}
