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

/** How many customers are found at a time: a few hundred kilobytes, and some ten milliseconds of a thread. */
const PAGE_CUSTOMERS = 10_000;
const RETRY_PAUSE_MS = 500;
/** An export that has begun can no longer be answered with a problem: it waits for its turn instead. */
const MAX_TRIES = 60;

/**
 * The customers that match, in the order of their last change: found by the search in its thread, and read here.
 *
 * Each row is as it was when it matched. A customer that changed between the two has moved to the end of the order, and
 * is met there if it still matches; so the end is reached only when nobody moved. Only one page is held, however slow
 * the reader.
 */
export async function* fittingRows(
  store: Store,
  search: Search,
  who: Principal,
  sent: SentFilters,
): AsyncGenerator<CustomerRow[]> {
  const wanted = { ...wantedBy(sent), limit: PAGE_CUSTOMERS };
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
      if (!isPassing(error) || tries === MAX_TRIES) throw error;
      await sleep(RETRY_PAUSE_MS, undefined, { ref: false });
    }
  }
}

/** The threads are busy, or the index is behind. */
const isPassing = (error: unknown): boolean =>
  error instanceof Unavailable
    ? error.reason !== 'failed' && error.reason !== 'full'
    : error instanceof ProblemError && error.code === 'unavailable';
