/** Finds customers: the one read behind `GET /customer`. */
import type { HeavyRead } from '../../db/heavy/job.ts';
import { clientSecret } from '../clients/queries.ts';
import { customersByIds } from '../customers/queries.ts';
import { presentCustomer } from '../customers/rules.ts';
import { sealCursor } from './cursor.ts';
import { Finder, type Wanted } from './finder.ts';
import { withLists } from './in-thread.ts';
import type { Lists } from './index-lists.ts';
import type { Placed } from './orders.ts';
import type { Reading } from './reading.ts';

/** Plain data, since it is sent to another thread. */
export interface FindRequest extends Wanted {
  /** What the next cursor is bound to. */
  readonly binding: string;
  readonly timeZone: string;
}

/** A page in JSON, or an `Unfound`. */
export const find: HeavyRead<FindRequest> = {
  module: import.meta.url,
  name: 'find',
  run: (records, request, context) => withLists(records, context, (lists) => pageOf(lists, request)),
};

/** Nothing: once it is done, the thread of the searches has loaded and opened what they need. */
export const nothing: HeavyRead<null> = { module: import.meta.url, name: 'nothing', run: async () => 'null' };

async function pageOf(lists: Lists, request: FindRequest): Promise<string> {
  const { limit, cursor, binding, timeZone } = request;
  const found = await new Finder(request, lists).page();
  const placed = found.placed.slice(0, limit);
  const end = found.placed.length > limit ? placed.at(-1)?.key : found.resume;
  const isWidened = cursor?.isWidened ?? found.isWidened;
  // Asked for together.
  const [records, row] = await Promise.all([
    recordsOf(lists.reading, placed, timeZone),
    end === undefined ? undefined : lists.reading.records.get(clientSecret, {}),
  ]);
  const nextCursor =
    end === undefined || row === undefined ? null : sealCursor({ key: end, isWidened }, binding, row.secret);
  const rest = JSON.stringify({ nextCursor, count: found.count, countIsExact: found.isExact });
  return `{"customers":[${records.join(',')}],${rest.slice(1)}`;
}

async function recordsOf({ records }: Reading, placed: readonly Placed[], timeZone: string): Promise<string[]> {
  if (placed.length === 0) return [];
  const ids = placed.map(({ customerId }) => customerId);
  const rows = await records.all(customersByIds, { ids: JSON.stringify(ids) });
  const texts = new Map(rows.map((row) => [row.customer_id, presentCustomer(row, timeZone)]));
  return ids.flatMap((id) => texts.get(id) ?? []);
}
