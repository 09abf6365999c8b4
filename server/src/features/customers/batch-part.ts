/** Writes a part of a batch; on SQLite in the thread for large writes. */
import type { upsertInput } from '../../../../sdk/src/contract/customer-batches.ts';
import type { HeavyWrite } from '../../db/heavy/job.ts';
import type { Checked } from '../../http/wire/check.ts';
import { lineOf } from './batch-line.ts';
import type { Rights } from './upsert.ts';
import { type UpsertResult, upsertAll } from './upsert-all.ts';

/** Plain data: it may be sent to another thread. */
interface Upserts {
  /** What is no customer is its line already. */
  readonly items: readonly (Checked<typeof upsertInput> | string)[];
  readonly rights: Rights;
  readonly timeZone: string;
}

/** Returns a line for each, with a line break between; none of them holds one. */
export const writeUpserts: HeavyWrite<Upserts> = {
  module: import.meta.url,
  name: 'writeUpserts',
  run: async (tx, { items, rights, timeZone }) => {
    const customers = items.filter((item) => typeof item !== 'string');
    const results = (await upsertAll(tx, customers, rights)).values();
    const lines = items.map((item) =>
      typeof item === 'string' ? item : lineOf(results.next().value as UpsertResult, timeZone),
    );
    return lines.join('\n');
  },
};
