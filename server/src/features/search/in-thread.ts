import type { HeavyContext } from '../../db/heavy/job.ts';
import type { ReadTransaction } from '../../db/transaction/read.ts';
import { Lists } from './index-lists.ts';
import { IndexBehind, type Unfound } from './reading.ts';

/** Runs a search in its thread; returns its result in JSON, or an `Unfound`. */
export async function withLists(
  records: ReadTransaction,
  { index, keeper }: HeavyContext,
  run: (lists: Lists) => Promise<string>,
): Promise<string> {
  try {
    return await run(await Lists.open({ records, index }, keeper));
  } catch (error) {
    if (!(error instanceof IndexBehind)) throw error;
    return JSON.stringify({ isBehind: true, made: error.made, of: error.of } satisfies Unfound);
  }
}
