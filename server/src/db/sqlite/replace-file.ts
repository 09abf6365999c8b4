/** Replaces a database file by another; nobody may have it open. */
import { copyFileSync, existsSync, linkSync, renameSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { REPLACE_BUSY_MS } from './busy-timeouts.ts';
import type { PartialFile } from './whole-file.ts';

// https://www.sqlite.org/rescode.html
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/**
 * Keeps everybody else from a database file until it is disposed of; throws if somebody has it open. The contents of
 * its log are moved into it, so that the file is complete by itself. A damaged file cannot be locked, and is held by
 * nobody.
 */
export function claimFile(path: string): Disposable {
  const db = new DatabaseSync(path, { timeout: REPLACE_BUSY_MS });
  try {
    // A file in WAL mode that others have open does not change its mode.
    db.exec('pragma locking_mode = exclusive; pragma journal_mode = delete; begin exclusive; commit');
  } catch (error) {
    db.close();
    const code = Number((error as { errcode?: number }).errcode) & 0xff;
    if (code === SQLITE_BUSY)
      throw new Error(`Another process has ${path} open. Stop the service, and run this again.`, { cause: error });
    if (code !== SQLITE_CORRUPT && code !== SQLITE_NOTADB) throw error;
    return { [Symbol.dispose]: () => {} };
  }
  return { [Symbol.dispose]: () => db.close() };
}

/** Gives a new file the name of another, which is kept under a new name; returns that name, if there was a file. */
export function replaceFile(path: string, by: PartialFile, now: Date): string | undefined {
  if (!existsSync(path)) {
    by.finish();
    return undefined;
  }
  const kept = `${path}.replaced-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  // There is a file of this name at every moment: otherwise a service that starts would create an empty one.
  try {
    linkSync(path, kept);
  } catch {
    // Not every file system supports links.
    copyFileSync(path, kept);
  }
  // Left only by a damaged file; beside another file they would corrupt it.
  for (const end of ['-wal', '-shm', '-journal']) if (existsSync(path + end)) renameSync(path + end, kept + end);
  by.finish();
  return kept;
}
