/** A database for what does not fit in memory while a file is read. */
import { randomUUID } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * In the folder of the file, as the folder for temporary files may be memory. It has no name, so that it disappears
 * with the connection, however the process ends.
 */
export function scratchDatabase(folder: string, tables: string): DatabaseSync {
  const path = join(folder, `scratch-${randomUUID()}.import`);
  const db = new DatabaseSync(path);
  db.exec('pragma locking_mode = exclusive; pragma synchronous = off; pragma journal_mode = off');
  db.exec(`pragma cache_size = -16384; begin; ${tables}`);
  unlinkSync(path);
  return db;
}
