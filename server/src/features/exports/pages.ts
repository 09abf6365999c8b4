import { setImmediate as turn } from 'node:timers/promises';
import type { Caller } from '../../auth.ts';
import type { Store } from '../../db/store.ts';
import { type CustomerRow, customersByChange } from '../customers/queries.ts';
import { presentCustomer } from '../customers/rules.ts';
import type { Format } from './formats.ts';

interface Place {
  readonly changedAt: number;
  readonly changeNumber: number;
}

/** Rows that are read at one go. From PostgreSQL, 64 cost a quarter of the speed; on SQLite, 256 let a get wait 6 ms, not 3. */
const READ_ROWS = 128;
/** Rows that are written at one go: well under 1 ms, for which other requests wait. */
const WRITE_ROWS = 64;

/** Whose customers, and how their times are shown. */
type Of = Pick<Caller, 'clientId' | 'timeZone'>;

/**
 * The customers changed at or after a time, in the order of their last change, as pieces of text.
 *
 * Each page reads what is committed, from behind the last one in that order. A customer that changes meanwhile moves to
 * the end, so that it is met there (again): nothing is missed, and no snapshot has to be kept open for a slow reader.
 * A page that is not full has caught up with the writers, and is the last.
 */
export async function* exportPages(store: Store, key: Of, since: number, format: Format): AsyncGenerator<string> {
  let head = format.head;
  let isFirst = true;
  for await (const rows of pagesOf(store, key.clientId, { changedAt: since, changeNumber: 0 })) {
    for (let start = 0; start < rows.length; start += WRITE_ROWS) {
      const customers = rows.slice(start, start + WRITE_ROWS).map((row) => presentCustomer(row, key.timeZone));
      yield head + format.page(customers, isFirst);
      head = '';
      isFirst = false;
      // Requests that arrived meanwhile go first.
      await turn();
    }
  }
  yield head + format.tail;
}

/** The pages of rows; the next is read while one is used, which makes an export from PostgreSQL 6% faster. */
async function* pagesOf(store: Store, clientId: number, start: Place): AsyncGenerator<CustomerRow[]> {
  const read = (place: Place): Promise<CustomerRow[]> => {
    const rows = store.read(clientId, (tx) => tx.all(customersByChange, { ...place, limit: READ_ROWS }));
    // It may be read in vain, for a reader that is gone.
    rows.catch(() => {});
    return rows;
  };
  let reading = read(start);
  for (;;) {
    const rows = await reading;
    const last = rows.at(-1);
    if (last === undefined || rows.length < READ_ROWS) {
      yield rows;
      return;
    }
    reading = read({ changedAt: last.changed_at, changeNumber: last.change_number });
    yield rows;
  }
}
