/** Turns the rows of an export into pieces of text. */
import { setImmediate as turn } from 'node:timers/promises';
import type { CustomerRow } from '../customers/columns.ts';
import { presentCustomer } from '../customers/rules.ts';
import type { Format } from './formats.ts';

/** How many rows are written at a time: well under 1 ms, for which other requests wait. */
const WRITE_ROWS = 64;

/** Customers as pieces of text. */
export async function* exportPages(
  pages: AsyncIterable<readonly CustomerRow[]>,
  timeZone: string,
  format: Format,
): AsyncGenerator<string> {
  let head = format.head;
  let isFirst = true;
  for await (const rows of pages) {
    for (let start = 0; start < rows.length; start += WRITE_ROWS) {
      const customers = rows.slice(start, start + WRITE_ROWS).map((row) => presentCustomer(row, timeZone));
      yield head + format.page(customers, isFirst);
      head = '';
      isFirst = false;
      // Requests that arrived meanwhile go first.
      await turn();
    }
  }
  yield head + format.tail;
}
