/** The matching customers, a page at a time in the order of the last change, for an export with filters. */
import type { HeavyRead } from '../../db/heavy/job.ts';
import type { Cursor } from './cursor.ts';
import { Finder, type Wanted } from './finder.ts';
import { withLists } from './in-thread.ts';
import type { Lists } from './index-lists.ts';

/** Plain data. */
export type PlacesRequest = Omit<Wanted, 'sort'>;

export interface Places {
  /** Customers by number, the latest change last. */
  readonly places: readonly (readonly [customerId: number, changeNumber: number])[];
  /** Where the next page begins; `undefined` if nobody was met yet. */
  readonly end?: Cursor;
  readonly isLast: boolean;
}

/** `Places` in JSON, or an `Unfound`. */
export const placesOf: HeavyRead<PlacesRequest> = {
  module: import.meta.url,
  name: 'placesOf',
  run: (records, request, context) => withLists(records, context, (lists) => pageOf(lists, request)),
};

async function pageOf(lists: Lists, request: PlacesRequest): Promise<string> {
  const { limit, cursor } = request;
  const { placed, resume, isWidened } = await new Finder({ ...request, sort: 'lastChanged' }, lists).page();
  const all = placed.slice(0, limit);
  const hasMore = placed.length > limit;
  const key = hasMore || resume === undefined ? (all.at(-1)?.key ?? cursor?.key) : resume;
  return JSON.stringify({
    // The change is the last member of a key.
    places: all.map((one) => [one.customerId, Number(one.key.at(-1))] as const),
    ...(key === undefined ? {} : { end: { key, isWidened: cursor?.isWidened ?? isWidened } }),
    isLast: !hasMore && resume === undefined,
  } satisfies Places);
}
