/** SQLite through `node:sqlite`: the engine, and the shim by which Kysely runs its migrations. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, SqliteDialect } from '#kysely';
import type { Connection, Scope } from '../connection.ts';
import type { Engine, EngineLoad } from '../engine.ts';
import type { HeavyRead, HeavyWrite, IndexWork } from '../heavy/job.ts';
import type { Principal } from '../transaction/change.ts';
import { Unavailable } from '../unavailable.ts';
import { START_BUSY_MS, WRITE_BUSY_MS } from './busy-timeouts.ts';
import { SqliteConnection } from './connection.ts';
import { translate } from './errors.ts';
import { openToOthers } from './file.ts';
import { SqliteHeavy } from './heavy.ts';
import { indexPathOf, readIndexFile } from './index-file.ts';
import { WriteAheadLog } from './log.ts';
import { openBoth, openWriter } from './opening.ts';
import type { Written } from './writer.ts';

const LOCK_RETRY_MS = 5;
export class SqliteEngine implements Engine {
  readonly dialect = 'sqlite';
  readonly writers = 'one';
  readonly #path: string;
  readonly #writerDb: DatabaseSync;
  readonly #readerDb: DatabaseSync;
  readonly #writer: SqliteConnection;
  readonly #reader: SqliteConnection;
  readonly #heavy: SqliteHeavy;
  readonly #log: WriteAheadLog;
  /**
   * Resolves when the previous transaction is over: one connection writes, for the clients and for the installation.
   */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
    [this.#writerDb, this.#readerDb] = openBoth(path);
    this.#writer = new SqliteConnection(this.#writerDb);
    this.#reader = new SqliteConnection(this.#readerDb);
    this.#heavy = new SqliteHeavy(path);
    this.#log = new WriteAheadLog(this.#writerDb, () => this.#heavy.checkpoint());
  }

  heavily<A>(clientId: number, caller: string, { module, name }: HeavyRead<A>, args: A): Promise<string> {
    return this.#heavy.read({ kind: 'read', module, name, clientId, args }, caller);
  }

  indexing<A>(clientId: number, { module, name }: IndexWork<A>, args: A): Promise<string> {
    return this.#heavy.index({ kind: 'index', module, name, clientId, args });
  }

  /** Here and not in a thread: it is a few rows, and an idle service should have no threads. */
  async readingIndex<T>(fn: (connection: Connection) => Promise<T>): Promise<T | undefined> {
    const database = readIndexFile(this.#path);
    if (database === undefined) return undefined;
    try {
      return await fn(new SqliteConnection(database));
    } catch {
      // It is damaged: whoever writes it next finds that out, and rebuilds it.
      return undefined;
    } finally {
      database.close();
    }
  }

  reading<T>(_scope: Scope, fn: (connection: Connection) => Promise<T>): Promise<T> {
    this.#beginReading();
    return fn(this.#reader);
  }

  /**
   * The reads of one turn of the event loop share a transaction, which saves each of them locking the file: a tenth of
   * a get. It ends with the turn, and before and after every write, so that a read sees all that was answered before
   * it.
   */
  #beginReading(): void {
    if (this.#reader.inTransaction) return;
    this.#reader.command('begin');
    setImmediate(() => this.#endReading());
  }

  #endReading(): void {
    if (this.#reader.inTransaction) this.#reader.command('commit');
  }

  async #begin(): Promise<void> {
    const deadline = performance.now() + WRITE_BUSY_MS;
    for (;;) {
      try {
        this.#writer.command('begin immediate');
        return;
      } catch (error) {
        if (!(error instanceof Unavailable && error.reason === 'busy') || performance.now() > deadline) throw error;
        await sleep(LOCK_RETRY_MS);
      }
    }
  }

  writing<T>(_scope: Scope, fn: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#inTurn(() => this.#transaction(fn));
  }

  writingHeavily<A>({ clientId, actor }: Principal, { module, name }: HeavyWrite<A>, args: A): Promise<Written> {
    return this.#inTurn(async () => {
      this.#endReading();
      try {
        return await this.#heavy.write({ kind: 'write', module, name, clientId, actor, args });
      } finally {
        this.#endReading();
      }
    });
  }

  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const written = this.#turn.then(write);
    this.#turn = written.then(() => this.#log.afterCommit()).catch(() => {});
    return written;
  }

  async #transaction<T>(fn: (connection: Connection) => Promise<T>): Promise<T> {
    this.#endReading();
    try {
      await this.#begin();
      const result = await fn(this.#writer);
      this.#writer.command('commit');
      this.#endReading();
      return result;
    } catch (error) {
      // A full disk may have ended the transaction already.
      if (this.#writer.inTransaction) this.#writer.command('rollback');
      throw error;
    }
  }

  async migrating<T>(fn: (db: Kysely<unknown>) => Promise<T>): Promise<T> {
    const database = openWriter(this.#path, START_BUSY_MS);
    const kysely = new Kysely<unknown>({ dialect: new SqliteDialect({ database: betterSqlite3(database) }) });
    try {
      // Kysely takes no lock and no transaction for SQLite; with this one, processes that start together take turns.
      database.exec('begin immediate');
      const result = await fn(kysely);
      database.exec('commit');
      giveBackRoom(database);
      return result;
    } catch (error) {
      throw translate(error);
    } finally {
      await kysely.destroy();
    }
  }

  get load(): EngineLoad {
    return { waiting: 0, threads: this.#heavy.load };
  }

  exposedFiles(): string[] {
    return openToOthers([this.#path, indexPathOf(this.#path)]);
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#heavy.close();
    this.#readerDb.close();
    // The last connection to close writes the log back into the file and removes it.
    this.#writerDb.close();
  }
}

/**
 * If more than this share of the pages is free, because a migration dropped tables, the room is returned to the disk.
 */
const MOST_FREE = 0.25;
const MANY_PAGES = 1000;

function giveBackRoom(database: DatabaseSync): void {
  const count = (pragma: string): number => Number(database.prepare(`pragma ${pragma}`).get()?.[pragma]);
  const free = count('freelist_count');
  if (free < MANY_PAGES || free < MOST_FREE * count('page_count')) return;
  try {
    database.exec('vacuum');
  } catch {
    // Another process has the file open, or the disk has no room for both: later writes will reuse the free pages.
  }
}

/** The part of better-sqlite3's shape that Kysely's dialect uses. */
function betterSqlite3(db: DatabaseSync) {
  return {
    close: () => db.close(),
    prepare(sql: string) {
      const statement = db.prepare(sql);
      const bind = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters: readonly unknown[]) => statement.all(...bind(parameters)),
        run: (parameters: readonly unknown[]) => statement.run(...bind(parameters)),
        iterate: (parameters: readonly unknown[]) => statement.iterate(...bind(parameters)),
      };
    },
  };
}
