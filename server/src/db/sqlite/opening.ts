/** Opens a SQLite file: how durable its writes are, how much of it stays in memory. */
import { DatabaseSync } from 'node:sqlite';
import { READ_BUSY_MS, START_BUSY_MS } from './busy-timeouts.ts';
import { prepareFile } from './file.ts';

/**
 * How much of the file a connection keeps in memory, in KiB. The reader of the main thread has more: writers and
 * threads touch little beside what they have just read.
 */
const READER_CACHE_KIB = 24 * 1024;
const CACHE_KIB = 8 * 1024;

function open(path: string, options: { readOnly?: boolean; timeout: number }, cacheKib = CACHE_KIB): DatabaseSync {
  const db = new DatabaseSync(path, options);
  // WAL lets readers go on during a write; FULL makes a commit wait for the disk, so that it survives a power cut.
  if (!options.readOnly) db.exec('pragma journal_mode = wal');
  db.exec(`pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -${cacheKib}`);
  return db;
}

/** A connection that writes, and waits for the lock for a time in milliseconds. */
export const openWriter = (path: string, timeout: number): DatabaseSync => open(path, { timeout });

/** A connection that reads, and waits a moment for a process that recovers the file after a crash. */
export const openReader = (path: string, cacheKib?: number): DatabaseSync =>
  open(path, { readOnly: true, timeout: READ_BUSY_MS }, cacheKib);

/** The connection that writes and the one that reads; an error names the path. */
export function openBoth(path: string): [writer: DatabaseSync, reader: DatabaseSync] {
  try {
    prepareFile(path);
    const writer = openWriter(path, START_BUSY_MS);
    // SQLite's own wait would block every request; from here on `#begin` waits instead.
    writer.exec('pragma busy_timeout = 0');
    return [writer, openReader(path, READER_CACHE_KIB)];
  } catch (error) {
    throw new Error(`The database file ${path} cannot be opened: ${(error as Error).message}`, { cause: error });
  }
}
