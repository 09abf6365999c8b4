/**
 * Copies a database file while it is in use, so that the copy is complete or does not exist: it is made under another
 * name, opened and checked, and on the disk before it gets its own.
 */
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { WHOLE_FILE_BUSY_MS } from './busy-timeouts.ts';

/** How many pages are copied at a time: 8 MiB. */
const RATE = 2000;
const OWNER_ONLY = 0o600;
const PARTIAL = 'partial';

/** A file that is being made beside its final place, until it is put there or discarded. */
export class PartialFile implements Disposable {
  readonly path: string;
  readonly #target: string;

  /** Removes what earlier processes left that were killed while they made the same file. */
  constructor(target: string) {
    this.#target = target;
    this.path = `${target}.${process.pid}.${PARTIAL}`;
    removeAbandoned(target);
    closeSync(openSync(this.path, 'wx', OWNER_ONLY));
  }

  /** Gives the file its name, once it is on the disk. */
  finish(): void {
    sync(this.path);
    renameSync(this.path, this.#target);
    // Windows cannot open a folder.
    if (process.platform !== 'win32') sync(dirname(this.#target));
  }

  [Symbol.dispose](): void {
    removeDatabase(this.path);
  }
}

function removeAbandoned(target: string): void {
  const folder = dirname(target);
  const name = new RegExp(`^${RegExp.escape(basename(target))}\\.(\\d+)\\.${PARTIAL}$`);
  for (const file of readdirSync(folder)) {
    const pid = Number(name.exec(file)?.[1] ?? process.pid);
    if (pid !== process.pid && !isRunning(pid)) removeDatabase(join(folder, file));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function removeDatabase(path: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(path + end, { force: true });
}

/** Waits until a file, or the names in a folder, are on the disk. */
function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Copies a database as it is now into a file; concurrent writes are not in it, and do not delay it. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from, { timeout: WHOLE_FILE_BUSY_MS });
  try {
    // Fixes the moment of the copy: without this transaction it would start over whenever somebody writes.
    source.exec('begin');
    source.prepare('select count(*) from sqlite_schema').get();
    await backup(source, to, { rate: RATE });
  } finally {
    source.close();
  }
  checkDatabase(to, from);
}

/** Throws if a copy is not intact; leaves it as one file, without a log beside it. */
function checkDatabase(path: string, from: string): void {
  using copy = new DatabaseSync(path);
  copy.exec('pragma journal_mode = delete');
  const [fault] = copy.prepare('pragma integrity_check(1)').all();
  const text = String(fault?.integrity_check);
  if (text !== 'ok') throw new Error(`${from} is damaged: ${text}`);
}
