/** The rows of an export with filters. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../db/store.ts';
import type { Principal } from '../../db/transaction/change.ts';
import { Unavailable } from '../../db/unavailable.ts';
import { ProblemError } from '../../http/problem.ts';
import type { CustomerRow } from '../customers/columns.ts';
import { customersByIds } from '../customers/queries.ts';
import { type SentFilters, wantedBy } from '../search/filters.ts';
import { type Places, placesOf } from '../search/find-places.ts';
import type { Search } from '../search/searcher.ts';
import { READ_ROWS } from './all-rows.ts';

/** So many customers are found at one go: a few hundred kilobytes, and some ten milliseconds of a thread. */
const FIND = 10_000;
const TRY_AGAIN_MS = 500;
/** An export that has begun cannot be answered with a problem any more: it waits for its turn instead. */
const MOST_TRIES = 60;

/**
 * The customers that fit, in the order of their last change: found by the search in its thread, and read here.
 *
 * Each row is as it was when it fitted. One that changed between the two has moved to the end of the order, and is met there if it
 * still fits; so the end has come only when nobody moved. What a page needs is all that is held, however slow the reader.
 */
export async function* fittingRows(
  store: Store,
  search: Search,
  who: Principal,
  sent: SentFilters,
): AsyncGenerator<CustomerRow[]> {
  const wanted = { ...wantedBy(sent), limit: FIND };
  const find = async (cursor: Places['end']): Promise<Places> =>
    JSON.parse(await search(who, placesOf, { ...wanted, cursor }));
  let page = await find(undefined);
  for (;;) {
    let hasMoved = false;
    for (let start = 0; start < page.places.length; start += READ_ROWS) {
      const numbers = new Map(page.places.slice(start, start + READ_ROWS));
      const ids = JSON.stringify([...numbers.keys()]);
      const rows = await store.read(who.clientId, (tx) => tx.all(customersByIds, { ids }));
      const still = rows.filter((row) => row.change_number === numbers.get(row.customer_id));
      if (still.length < numbers.size) hasMoved = true;
      yield still.sort((a, b) => a.change_number - b.change_number);
    }
    if (page.isLast && !hasMoved) return;
    const { end } = page;
    page = await inTurn(() => find(end));
  }
}

async function inTurn<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!isPassing(error) || tries === MOST_TRIES) throw error;
      await sleep(TRY_AGAIN_MS, undefined, { ref: false });
    }
  }
}

/** The threads are at other work, or the index is behind. */
const isPassing = (error: unknown): boolean =>
  error instanceof Unavailable
    ? error.reason !== 'failed' && error.reason !== 'full'
    : error instanceof ProblemError && error.code === 'unavailable';
