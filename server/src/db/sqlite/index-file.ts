/**
 * The index of the search on SQLite: a file of its own beside the database, so that neither waits for the lock of the
 * other. It can be rebuilt from the records at any time; so a commit need not wait for the disk, and a file that cannot
 * be read is deleted.
 */
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { IndexDamaged } from '../heavy/threads.ts';
import { Unavailable } from '../unavailable.ts';
import { INDEX_BUSY_MS, INDEX_GLANCE_BUSY_MS } from './busy-timeouts.ts';
import { translate } from './errors.ts';

/** `foyer.db` has its index in `foyer.search.db`. */
export const indexPathOf = (path: string): string => `${path.replace(/\.db$/, '')}.search.db`;

/** Stored in the file; one with another number was made by another version, and is rebuilt. */
const SCHEMA_VERSION = 2;
const CACHE_KIB = 16 * 1024;
/** Pages of the log between checkpoints, which wait for the disk. */
const CHECKPOINT_PAGES = 4000;

// https://www.sqlite.org/rescode.html
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/**
 * FTS5 merges eight segments at a time, not four, and one with deleted rows when they are 40% of it, not 10%: with the
 * defaults, merging took three quarters of the time that a changed customer costs the index.
 *
 * A word is prefixed by a character for its client and a letter for its place (see document.ts), so that one list
 * serves all clients and a beginning of one letter is a prefix of three. Every printable character but the space
 * belongs to a word: the text was split before.
 */
const SCHEMA = `
  create virtual table customer_word using fts5(
    words, content='', contentless_delete=1, detail=none, prefix='3 4',
    tokenize="ascii tokenchars '!""#$%&''()*+,-./:;<=>?@[\\]^_\`{|}~'"
  );
  insert into customer_word (customer_word, rank) values ('automerge', 8), ('deletemerge', 40);
  create table customer_search (
    client_id integer not null, customer_id integer not null, name text not null, primary key (client_id, customer_id)
  ) strict, without rowid;
  create index customer_search_name on customer_search (client_id, name, customer_id);
  create table search_word (
    client_id integer not null, word text not null, primary key (client_id, word)
  ) strict, without rowid;
  create table search_index (
    client_id integer primary key, change_number integer not null, changed_at integer not null, made_to integer,
    name_order text not null, rules integer not null
  ) strict;
  pragma user_version = ${SCHEMA_VERSION};`;

/** Opens it, and creates it if it does not exist. Throws `IndexDamaged` if it cannot be used. */
export function openIndexFile(path: string): DatabaseSync {
  try {
    const db = new DatabaseSync(path, { timeout: INDEX_BUSY_MS });
    // In WAL mode with `normal`, a power cut loses the last commits, never the integrity of the file.
    db.exec(`pragma journal_mode = wal; pragma synchronous = normal; pragma wal_autocheckpoint = ${CHECKPOINT_PAGES};
      pragma cache_size = -${CACHE_KIB}`);
    if (versionOf(db) !== SCHEMA_VERSION) makeSchema(db);
    return db;
  } catch (error) {
    throw translateOfIndex(error);
  }
}

/** Opens the index of a database for reading; returns `undefined` if it does not exist, or cannot be read. */
export function readIndexFile(path: string): DatabaseSync | undefined {
  try {
    return new DatabaseSync(indexPathOf(path), { readOnly: true, timeout: INDEX_GLANCE_BUSY_MS });
  } catch {
    return undefined;
  }
}

function versionOf(db: DatabaseSync): unknown {
  return db.prepare('pragma user_version').get()?.user_version;
}

function makeSchema(db: DatabaseSync): void {
  db.exec('begin immediate');
  try {
    const version = versionOf(db);
    if (version === 0) db.exec(SCHEMA);
    // Another thread may have made it meanwhile.
    else if (version !== SCHEMA_VERSION) throw new IndexDamaged();
    db.exec('commit');
  } catch (error) {
    db.exec('rollback');
    throw error;
  }
}

/** Every such error means damage: no statement of ours is at fault. */
export function translateOfIndex(error: unknown): unknown {
  if (error instanceof Error && 'errcode' in error && typeof error.errcode === 'number') {
    if ([SQLITE_CORRUPT, SQLITE_NOTADB].includes(error.errcode & 0xff)) return new IndexDamaged({ cause: error });
  }
  const translated = translate(error);
  // A truncated page is reported as an input error.
  return translated instanceof Unavailable && translated.reason === 'failed'
    ? new IndexDamaged({ cause: error })
    : translated;
}

/** Deletes the file. Nobody may have it open. */
export function removeIndexFile(path: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
}
