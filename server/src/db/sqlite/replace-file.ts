/** Puts a database file in the place of another, which nobody may have open. */
import { copyFileSync, existsSync, linkSync, renameSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { PartialFile } from './whole-file.ts';

/** Somebody who is just about to let go of the file is waited for. */
const LOCK_WAIT_MS = 1000;

// https://www.sqlite.org/rescode.html
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/**
 * Keeps everybody else from a database file until it is disposed of; throws when somebody has it open. What is written in its log goes
 * into it, so that the file is whole by itself. One that is damaged cannot be asked, and is held by nobody.
 */
export function claimFile(path: string): Disposable {
  const db = new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
  try {
    // A file in WAL mode, that others have open, does not change its mode.
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

/** Gives a new file the name of another, which is kept under a name of its own; gives that name, when there was one. */
export function replaceFile(path: string, by: PartialFile, now: Date): string | undefined {
  if (!existsSync(path)) {
    by.finish();
    return undefined;
  }
  const kept = `${path}.replaced-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  // Never without a file of this name: a service that starts would make an empty one.
  try {
    linkSync(path, kept);
  } catch {
    // Not every file system has links.
    copyFileSync(path, kept);
  }
  // Only of one that was damaged; beside another file they would spoil it.
  for (const end of ['-wal', '-shm', '-journal']) if (existsSync(path + end)) renameSync(path + end, kept + end);
  by.finish();
  return kept;
}
