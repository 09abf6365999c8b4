import { Readable } from 'node:stream';
import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Serve } from '../../endpoint.ts';
import { validationProblem } from '../../problem.ts';
import { formatTime, parseTime } from '../../wire/time.ts';
import { feedEnds } from '../changes/queries.ts';
import { allClientTypes } from '../client-types/queries.ts';
import { compress } from './compress.ts';
import { chooseFormat } from './formats.ts';
import { exportPages } from './pages.ts';

/** Enough to keep the connection busy, little enough to hold for a reader that stalls. */
const BUFFERED_BYTES = 256 * 1024;

export function exportRoutes(serve: Serve): void {
  const { clientTypes, customers } = endpoints.exports;

  serve(clientTypes, async ({ store, key }) => {
    const rows = await store.read(key.clientId, (tx) => tx.all(allClientTypes, {}));
    return rows.sort((a, b) => (a.nameKey < b.nameKey ? -1 : 1)).map((row) => row.name);
  });

  serve(customers, async ({ store, key, values, accept, acceptEncoding }) => {
    const since = readSince(values.changedSince, key.timeZone);
    const format = chooseFormat(accept);
    // Read before the first page: what changes from here on is in the export too, or behind the cursor, or in both.
    const ends = await store.read(key.clientId, (tx) => tx.get(feedEnds, {}));
    const pages = exportPages(store, key, since, format);
    // The first page is read before the answer begins, so that a database that fails is still a problem with its status.
    const first = await pages.next();
    const stream = Readable.from(resume(first, pages), { objectMode: false, highWaterMark: BUFFERED_BYTES });
    const { headers, body } = compress(stream, acceptEncoding);
    const from = {
      'foyer-changed-until': formatTime(ends?.lastAt ?? 0, key.timeZone),
      'foyer-cursor': String(ends?.last ?? 0),
    };
    return { contentType: format.contentType, headers: { ...headers, ...from }, stream: body };
  });
}

async function* resume(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (!first.done) yield first.value;
  yield* rest;
}

function readSince(text: string | undefined, timeZone: string): number {
  if (text === undefined || text === '') return 0;
  const since = parseTime(text, timeZone);
  if (since !== undefined) return since;
  const message = 'The changedSince field must be a date or a time, like 2026-04-22 or 2026-04-22T13:10:12+02:00.';
  throw validationProblem([{ field: 'changedSince', code: 'date', message }]);
}
