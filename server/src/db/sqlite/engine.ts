/** SQLite through `node:sqlite`: the engine, and the shim by which Kysely runs its migrations. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, SqliteDialect } from 'kysely';
import type { Connection, Row, Scope } from '../connection.ts';
import type { Engine, EngineLoad } from '../engine.ts';
import type { HeavyRead, HeavyWrite, IndexWork } from '../heavy/job.ts';
import type { Compiled, Value } from '../statement.ts';
import type { Principal } from '../transaction/change.ts';
import { Unavailable } from '../unavailable.ts';
import { translate } from './errors.ts';
import { openToOthers, prepareFile } from './file.ts';
import { SqliteHeavy } from './heavy.ts';
import { indexPathOf, readIndexFile } from './index-file.ts';
import { WriteAheadLog } from './log.ts';
import type { Written } from './writer.ts';

/** How long a write waits for another process (the command, a backup) to let go of the file. */
const LOCK_WAIT_MS = 4000;
const LOCK_RETRY_MS = 5;
/**
 * How long the start waits for another process that starts, migrates or recovers the file: no request is waiting yet.
 */
const OPEN_WAIT_MS = 60_000;
/**
 * How much of the file a connection keeps in memory, in KiB; the writer touches little beside what it has just read.
 */
const READER_CACHE_KIB = 24 * 1024;
const WRITER_CACHE_KIB = 8 * 1024;

function open(path: string, options: { readOnly?: boolean; timeout: number }): DatabaseSync {
  const db = new DatabaseSync(path, options);
  // WAL lets readers go on during a write; FULL makes a commit wait for the disk, so that it survives a power cut.
  if (!options.readOnly) db.exec('pragma journal_mode = wal');
  db.exec(
    `pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -${options.readOnly ? READER_CACHE_KIB : WRITER_CACHE_KIB}`,
  );
  return db;
}

/** A connection that writes, and waits for the lock for a time in milliseconds. */
export const openWriter = (path: string, timeout: number): DatabaseSync => open(path, { timeout });

/** A connection that reads, and waits a moment for a process that recovers the file after a crash. */
export const openReader = (path: string): DatabaseSync => open(path, { readOnly: true, timeout: 1000 });

interface Prepared {
  readonly statement: StatementSync;
  readonly columns: readonly string[];
}

function rowOf(columns: readonly string[], cells: readonly Value[]): Row {
  const row: Record<string, Value> = {};
  for (let at = 0; at < columns.length; at += 1) row[columns[at] as string] = cells[at] as Value;
  return row;
}

export class SqliteConnection implements Connection {
  readonly #db: DatabaseSync;
  readonly #translate: (error: unknown) => unknown;
  readonly #prepared = new Map<string, Prepared>();
  readonly #runs = new Map<string, StatementSync>();

  /** `translate` turns errors of the file into those of the store. */
  constructor(db: DatabaseSync, translateError: (error: unknown) => unknown = translate) {
    this.#db = db;
    this.#translate = translateError;
  }

  #prepare(sql: string): Prepared {
    let prepared = this.#prepared.get(sql);
    if (prepared === undefined) {
      const statement = this.#db.prepare(sql);
      // The objects that `node:sqlite` makes have no stable shape: they cost a get two microseconds more than these.
      statement.setReturnArrays(true);
      prepared = { statement, columns: statement.columns().map(({ name }) => name) };
      this.#prepared.set(sql, prepared);
    }
    return prepared;
  }

  #prepareRun(sql: string): StatementSync {
    let statement = this.#runs.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      // It returns the number of the last row written, which is beyond 2^53 in the tables of a full-text index.
      statement.setReadBigInts(true);
      this.#runs.set(sql, statement);
    }
    return statement;
  }

  all({ sql }: Compiled, values: Value[]): Row[] {
    try {
      const { statement, columns } = this.#prepare(sql);
      return (statement.all(...values) as unknown as Value[][]).map((cells) => rowOf(columns, cells));
    } catch (error) {
      throw this.#translate(error);
    }
  }

  get({ sql }: Compiled, values: Value[]): Row | undefined {
    try {
      const { statement, columns } = this.#prepare(sql);
      const cells = statement.get(...values) as unknown as Value[] | undefined;
      return cells && rowOf(columns, cells);
    } catch (error) {
      throw this.#translate(error);
    }
  }

  run({ sql }: Compiled, values: Value[]): void {
    try {
      this.#prepareRun(sql).run(...values);
    } catch (error) {
      throw this.#translate(error);
    }
  }

  command(sql: string): void {
    this.run({ sql, names: [] }, []);
  }

  get inTransaction(): boolean {
    return this.#db.isOpen && this.#db.isTransaction;
  }
}

/** The connection that writes and the one that reads; an error names the path. */
function openBoth(path: string): [writer: DatabaseSync, reader: DatabaseSync] {
  try {
    prepareFile(path);
    const writer = openWriter(path, OPEN_WAIT_MS);
    // SQLite's own wait would block every request; from here on `#begin` waits instead.
    writer.exec('pragma busy_timeout = 0');
    return [writer, openReader(path)];
  } catch (error) {
    throw new Error(`The database file ${path} cannot be opened: ${(error as Error).message}`, { cause: error });
  }
}

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
    const deadline = performance.now() + LOCK_WAIT_MS;
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
    this.#turn = written.then(
      () => this.#log.afterCommit(),
      () => {},
    );
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
    const database = open(this.#path, { timeout: OPEN_WAIT_MS });
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
