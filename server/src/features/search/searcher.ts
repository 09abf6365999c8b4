/** Runs a search for others: in a thread, and on an index that holds enough. */
import type { HeavyRead } from '../../db/heavy/job.ts';
import type { Store } from '../../db/store.ts';
import type { Principal } from '../../db/transaction/change.ts';
import { ProblemError } from '../../http/problem.ts';
import { type Unfound, unfoundOf } from './reading.ts';

/** How long a search waits for an index that is behind, in all. */
const PATIENCE_MS = 2500;

/** Returns the result in JSON; rejects with a problem if the index holds too little. */
export type Search = <A>(who: Principal, read: HeavyRead<A>, args: A) => Promise<string>;

/** What keeps the index up to date. */
interface IndexKeeper {
  /** Notes that somebody searches a client. */
  searched(clientId: number): void;
  /** Resolves when all changes of a client so far are in the index, or the time is over. */
  catchUp(clientId: number, ms: number): Promise<void>;
}

export const searcher =
  (store: Store, keeper: IndexKeeper): Search =>
  async (who, read, args) => {
    keeper.searched(who.clientId);
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const text = await store.readHeavily(who, read, args);
      const unfound = unfoundOf(text);
      if (unfound === undefined) return text;
      const patience = deadline - performance.now();
      if (patience <= 0) throw isBehind(unfound);
      await keeper.catchUp(who.clientId, patience);
    }
  };

function isBehind({ made, of }: Unfound): ProblemError {
  const message =
    made === undefined
      ? 'The search does not know the last changes yet, since very many were made at once. Try again shortly.'
      : `The index of the search is being made: ${made} of ${of} customers are in it. Everything else works.`;
  return new ProblemError('unavailable', { message, headers: { 'retry-after': '5' } });
}
