/** What SQLite itself finds wrong with a database file. */
import { DatabaseSync } from 'node:sqlite';
import { WHOLE_FILE_BUSY_MS } from './busy-timeouts.ts';

const MOST_FAULTS = 5;

/** In its own words, at most five; `isFull` also compares every index with its table, and checks every reference. */
export function faultsOf(path: string, isFull: boolean): string[] {
  try {
    using db = new DatabaseSync(path, { readOnly: true, timeout: WHOLE_FILE_BUSY_MS });
    const pragma = isFull ? 'integrity_check' : 'quick_check';
    const faults = db
      .prepare(`pragma ${pragma}(${MOST_FAULTS})`)
      .all()
      .map((row) => String(row[pragma]).replaceAll('\n', ' '))
      .filter((text) => text !== 'ok');
    if (!isFull || faults.length > 0) return faults;
    const [dangling] = db.prepare('pragma foreign_key_check').all();
    return dangling === undefined
      ? []
      : [`a row of ${dangling.table} names one of ${dangling.parent} that is not there`];
  } catch (error) {
    return [(error as Error).message];
  }
}
