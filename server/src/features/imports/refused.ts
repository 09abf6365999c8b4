/**
 * The refused rows of an import as CSV for Excel, in their own columns, so that they can be corrected and imported
 * again.
 */
import { stringify } from 'csv-stringify/sync';
import type { Store } from '../../db/store.ts';
import { guarded } from '../exports/excel.ts';
import type { Reading } from './file/source.ts';
import { type JobRow, refusalsBehind } from './queries.ts';

const PAGE_ROWS = 500;
const BOM = '\ufeff';

export async function* refusedCsv(store: Store, clientId: number, job: JobRow): AsyncGenerator<string> {
  const { columns }: Reading = JSON.parse(job.reading);
  const line = (cells: readonly (string | undefined)[]) =>
    stringify([cells.map((cell) => guarded(cell ?? ''))], { delimiter: ';', record_delimiter: 'windows' });
  let piece = BOM + line([...columns.map(({ name }) => name), 'error', 'row']);
  for (let behind = 0; ; ) {
    const rows = await store.read(clientId, (tx) =>
      tx.all(refusalsBehind, { importId: job.importId, line: behind, limit: PAGE_ROWS }),
    );
    for (const row of rows) {
      const cells: (string | null)[] = JSON.parse(row.cells);
      const own = columns.map((_, at) => cells[at] ?? '');
      // What the row has beyond its columns; as long as that is there, the row is refused again.
      const beyond = cells.slice(columns.length).map((cell) => cell ?? '');
      while (beyond.at(-1)?.trim() === '') beyond.pop();
      piece += line([...own, row.error, String(row.line), ...beyond]);
    }
    yield piece;
    piece = '';
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return;
    behind = last.line;
  }
}
