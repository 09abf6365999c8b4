/**
 * Copies a database file while it is in use, so that the copy is whole or not there: it is made under another name, opened and
 * checked, and on the disk before it gets its own.
 */
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';

/** Pages that are copied at one go: 8 MiB. */
const RATE = 2000;
const LOCK_WAIT_MS = 10_000;
const OWNER_ONLY = 0o600;
const PARTIAL = 'partial';

/** A file that is being made beside the place where it is to be, until it is put there or thrown away. */
export class PartialFile implements Disposable {
  readonly path: string;
  readonly #target: string;

  /** Removes what processes have left that were killed while they made the same file. */
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
    // Windows opens no folder.
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

/** Waits until the disk has a file, or the names in a folder. */
function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Copies a database as it stands now into a file; what is written meanwhile is not in it, and does not hold it up. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from, { timeout: LOCK_WAIT_MS });
  try {
    // The moment of the copy: without this transaction it would begin anew whenever somebody writes.
    source.exec('begin');
    source.prepare('select count(*) from sqlite_schema').get();
    await backup(source, to, { rate: RATE });
  } finally {
    source.close();
  }
  checkDatabase(to, from);
}

/** Throws when a copy is not whole; leaves it as one file, without a log beside it. */
function checkDatabase(path: string, from: string): void {
  using copy = new DatabaseSync(path);
  copy.exec('pragma journal_mode = delete');
  const [fault] = copy.prepare('pragma integrity_check(1)').all();
  const text = String(fault?.integrity_check);
  if (text !== 'ok') throw new Error(`${from} is damaged: ${text}`);
}
