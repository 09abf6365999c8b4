/** Heavy work on SQLite: on a connection that reads the records, and one to the file of the index. */
import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { type Host, loadJob, type Task } from '../heavy/job.ts';
import { IndexDamaged } from '../heavy/threads.ts';
import { inTime } from '../in-time.ts';
import { ReadTransaction } from '../transaction/read.ts';
import { IndexTransaction } from '../transaction/search-index.ts';
import { SqliteConnection } from './connection.ts';
import { openIndexFile, translateOfIndex } from './index-file.ts';
import { openReader } from './opening.ts';

/** After this, a read begins no more statements. */
const WORK_MS = 2500;
/** How often it is looked whether the file of the index is still in its place, at most. */
const LOOK_MS = 1000;

export class SqliteHost implements Host {
  readonly #databases: readonly DatabaseSync[];
  readonly #records: SqliteConnection;
  readonly #index: SqliteConnection;
  readonly #indexPath: string;
  readonly #file: string | undefined;
  #lookedAt = performance.now();

  constructor(path: string, indexPath: string) {
    const [records, index] = [openReader(path), openIndexFile(indexPath)];
    this.#databases = [records, index];
    this.#records = new SqliteConnection(records);
    this.#index = new SqliteConnection(index, translateOfIndex);
    this.#indexPath = indexPath;
    this.#file = fileAt(indexPath);
  }

  async run(task: Task): Promise<string> {
    return task.kind === 'read' ? this.#read(task) : this.#work(task);
  }

  /** The index first: all it holds was committed before, so its moment is never after that of the records. */
  async #read({ module, name, clientId, args }: Task): Promise<string> {
    const read = await loadJob('read', module, name);
    return this.#inTransactions('begin', async () => {
      const records = new ReadTransaction(inTime(this.#records, WORK_MS), 'sqlite', clientId);
      const index = new ReadTransaction(inTime(this.#index, WORK_MS), 'sqlite', clientId);
      return read.run(records, args, { index, keeper: this });
    });
  }

  async #work({ module, name, clientId, args }: Task): Promise<string> {
    const work = await loadJob('index', module, name);
    return this.#inTransactions('begin immediate', async () => {
      const records = new ReadTransaction(this.#records, 'sqlite', clientId);
      return work.run(records, new IndexTransaction(this.#index, 'sqlite', clientId), args);
    });
  }

  /** A file that was deleted, or replaced, stays open: what is written to it would be found by nobody else. */
  #checkFile(): void {
    const now = performance.now();
    if (now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    if (this.#file === undefined || fileAt(this.#indexPath) !== this.#file) throw new IndexDamaged();
  }

  async #inTransactions(begin: string, run: () => Promise<string>): Promise<string> {
    this.#checkFile();
    try {
      this.#index.command(begin);
      // A transaction sees the moment of its first statement.
      this.#index.get({ sql: 'select 1 from search_index', names: [] }, []);
      this.#records.command('begin');
      const result = await run();
      this.#index.command('commit');
      return result;
    } finally {
      if (this.#index.inTransaction) this.#index.command('rollback');
      if (this.#records.inTransaction) this.#records.command('commit');
    }
  }

  async close(): Promise<void> {
    for (const database of this.#databases) database.close();
  }
}

/** Which file is at a path; `undefined` if there is none. */
function fileAt(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.dev} ${stat.ino}`;
}
