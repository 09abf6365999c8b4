import { setImmediate as turn } from 'node:timers/promises';
import type { ApiKey } from '../../auth.ts';
import type { Store } from '../../db/store.ts';
import { customersByChange } from '../customers/queries.ts';
import { presentCustomer } from '../customers/rules.ts';
import type { Format } from './formats.ts';

/** Rows that are read and written at one go: about 1 ms, for which other requests wait. */
const PAGE_ROWS = 64;

/**
 * The customers changed at or after a time, in the order of their last change, as pieces of text.
 *
 * Each page reads what is committed, from behind the last one in that order. A customer that changes meanwhile moves to
 * the end, so that it is met there (again): nothing is missed, and no snapshot has to be kept open for a slow reader.
 * A page that is not full has caught up with the writers, and is the last.
 */
export async function* exportPages(store: Store, key: ApiKey, since: number, format: Format): AsyncGenerator<string> {
  let place = { changedAt: since, changeNumber: 0 };
  let head = format.head;
  for (;;) {
    const rows = await store.read(key.clientId, (tx) => tx.all(customersByChange, { ...place, limit: PAGE_ROWS }));
    const last = rows.at(-1);
    const customers = rows.map((row) => presentCustomer(row, key.timeZone));
    const page = head + (rows.length === 0 ? '' : format.page(customers, place.changeNumber === 0));
    if (last === undefined || rows.length < PAGE_ROWS) {
      yield page + format.tail;
      return;
    }
    yield page;
    head = '';
    place = { changedAt: last.changed_at, changeNumber: last.change_number };
    // Requests that arrived meanwhile go first.
    await turn();
  }
}
