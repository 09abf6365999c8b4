/** The endpoints of exports. */
import { Readable } from 'node:stream';
import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Serve } from '../../http/endpoint.ts';
import { validationProblem } from '../../http/problem.ts';
import { compress } from '../../http/wire/compress.ts';
import { formatTime } from '../../http/wire/time.ts';
import { feedEnds } from '../changes/queries.ts';
import { allClientTypes } from '../client-types/queries.ts';
import { tooManyWords } from '../search/filters.ts';
import type { Search } from '../search/searcher.ts';
import { chooseFormat } from './formats.ts';
import { exportPages } from './pages.ts';
import { chooseRows } from './rows.ts';

/** Enough to keep the connection busy, and little enough to hold for a reader that stalls. */
const BUFFERED_BYTES = 256 * 1024;

export function exportRoutes(serve: Serve, search: Search): void {
  const { clientTypes, customers } = endpoints.exports;

  serve(clientTypes, async ({ store, key }) => {
    const rows = await store.read(key.clientId, (tx) => tx.all(allClientTypes, {}));
    return rows.sort((a, b) => (a.nameKey < b.nameKey ? -1 : 1)).map((row) => row.name);
  });

  serve(
    customers,
    async ({ store, key, values, accept, acceptEncoding }) => {
      const format = chooseFormat(accept);
      const violations = tooManyWords(values);
      if (violations.length > 0) throw validationProblem(violations);
      // Read before the first page: later changes are in the export, or after the cursor, or in both.
      const ends = await store.read(key.clientId, (tx) => tx.get(feedEnds, {}));
      const pages = exportPages(chooseRows(store, search, key, values), key.timeZone, format);
      // The first page is read before the answer begins, so that a database that fails is still a problem with its
      // status.
      const first = await pages.next();
      const stream = Readable.from(resume(first, pages), { objectMode: false, highWaterMark: BUFFERED_BYTES });
      // A workbook is compressed already.
      const { headers, body } =
        format.pack === undefined
          ? compress(stream, acceptEncoding)
          : { headers: { vary: 'Accept' }, body: format.pack(stream) };
      const from = {
        'foyer-changed-until': formatTime(ends?.lastAt ?? 0, key.timeZone),
        'foyer-cursor': String(ends?.last ?? 0),
      };
      return { contentType: format.contentType, headers: { ...headers, ...from }, stream: body };
    },
    async ({ values }) => tooManyWords(values),
  );
}

async function* resume(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (!first.done) yield first.value;
  yield* rest;
}
