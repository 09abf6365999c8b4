/**
 * PostgreSQL through `pg`. Any number of processes may share a database, also behind a pooler in transaction mode: a
 * session keeps nothing but prepared statements, and those only if they are wanted.
 *
 * Statements are sent without waiting for the answers to earlier ones (`pg`'s pipeline mode), so that a transaction
 * costs as many round trips as it asks questions whose answers it needs.
 */

import { Pool } from 'pg';
import { Kysely, PostgresDialect, sql } from '#kysely';
import type { Connection, Row, Scope, Trace } from '../connection.ts';
import type { Engine, EngineLoad } from '../engine.ts';
import type { HeavyRead, IndexWork } from '../heavy/job.ts';
import { isOfStatementBefore, surelyNotCommitted, translate } from './errors.ts';
import { PostgresHeavy } from './heavy.ts';
import { openingOf } from './opening.ts';
import { type Asked, isCommitted, isStored } from './outcome.ts';
import { type PostgresOptions, PostgresPool } from './pool.ts';
import { SharedReads } from './reads.ts';
import { patiently } from './retry.ts';
import { kindOf } from './server-kind.ts';

const STATEMENT_MS = 2000;
/**
 * If this machine vanishes in the middle of a write, its client's lock is released after this; otherwise no transaction
 * of ours idles for longer than an instant.
 */
const ABANDONED_MS = 5000;
/**
 * A start may wait longer for a connection than a request may: a server that is busy, or starts itself, is no fault.
 */
const START_MS = 10_000;
/** The advisory lock under which clients are made: any number that nothing else in the database uses. */
const INSTALLATION_LOCK = 7_243_001;
/**
 * One in this many connections is for heavy reads, and one more in all for the index; the others are for quick
 * statements.
 */
const SHARE_OF_HEAVY = 3;

const beginning = openingOf(
  {
    statement_timeout: STATEMENT_MS,
    lock_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: ABANDONED_MS,
  },
  'pg_current_xact_id()::text as xid',
);
/**
 * On a cluster the lock of a client is taken by a write. `select … for update` does not wait for a client that is being
 * moved to another node: its lock would stay behind, and two transactions would take the same numbers.
 */
const holdClient = {
  sql: 'update client_counter set last_customer_id = last_customer_id where client_id = $1',
  names: ['clientId'],
};
const lockInstallation = { sql: `select pg_advisory_xact_lock(${INSTALLATION_LOCK})`, names: [] };

export class PostgresEngine implements Engine {
  readonly dialect = 'postgres';
  readonly writers = 'per-client';
  readonly #options: PostgresOptions;
  readonly #pool: PostgresPool;
  readonly #reads: SharedReads;
  readonly #heavy: PostgresHeavy;

  constructor(options: PostgresOptions) {
    this.#options = options;
    const heavy = Math.max(1, Math.floor(options.connections / SHARE_OF_HEAVY));
    this.#pool = new PostgresPool(options, Math.max(1, options.connections - heavy - 1));
    this.#reads = new SharedReads(() => this.#pool.checkOut());
    this.#heavy = new PostgresHeavy(options, heavy);
  }

  reading<T>(scope: Scope, fn: (connection: Connection) => Promise<T>): Promise<T> {
    return fn(this.#reads.connection(numberOf(scope)));
  }

  heavily<A>(clientId: number, caller: string, { module, name }: HeavyRead<A>, args: A): Promise<string> {
    return this.#heavy.read({ kind: 'read', module, name, clientId, args }, caller);
  }

  indexing<A>(clientId: number, { module, name }: IndexWork<A>, args: A): Promise<string> {
    return this.#heavy.index({ kind: 'index', module, name, clientId, args });
  }

  readingIndex<T>(fn: (connection: Connection) => Promise<T>): Promise<T> {
    return this.reading('installation', fn);
  }

  writing<T>(scope: Scope, fn: (connection: Connection) => Promise<T>, traceOf?: (result: T) => Trace): Promise<T> {
    return patiently(() => this.#transaction(scope, fn, traceOf));
  }

  async #transaction<T>(
    scope: Scope,
    fn: (connection: Connection) => Promise<T>,
    traceOf?: (result: T) => Trace,
  ): Promise<T> {
    const connection = await this.#pool.checkOut();
    connection.command('begin');
    const opened = new Promise<readonly Row[]>((resolve, reject) => {
      connection.open(beginning, numberOf(scope), resolve, reject);
    });
    opened.catch(() => {});
    if (scope === 'installation') connection.run(lockInstallation, []);
    else if (connection.server === 'cluster') connection.run(holdClient, [scope]);
    let result: T;
    try {
      result = await fn(connection);
    } catch (error) {
      await connection.rollback();
      throw connection.failure ?? error;
    }
    try {
      await connection.commit();
    } catch (error) {
      if (connection.server === 'cluster') {
        if (isOfStatementBefore(error) || !(await isStored(this.#asked, beginning, scope, traceOf?.(result))))
          throw error;
        return result;
      }
      const xid = (await opened.catch(() => []))[0]?.xid;
      // Without a number the transaction had not begun.
      if (typeof xid !== 'string' || surelyNotCommitted(error)) throw error;
      if (!(await isCommitted(this.#asked, scope, xid, traceOf?.(result)))) throw error;
    }
    return result;
  }

  get #asked(): Asked {
    return { checkOut: () => this.#pool.checkOut(), reading: (scope, fn) => this.reading(scope, fn) };
  }

  async migrating<T>(fn: (db: Kysely<unknown>) => Promise<T>): Promise<T> {
    const pool = new Pool({ connectionString: this.#options.migrateUrl, max: 2, connectionTimeoutMillis: START_MS });
    pool.on('error', () => {});
    const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    try {
      const client = await pool.connect();
      await kindOf(client);
      client.release();
      return await fn(kysely);
    } catch (error) {
      throw translate(error);
    } finally {
      await kysely.destroy();
    }
  }

  /** By the role that owns the tables; another would be passed over with a warning. */
  async analyse(): Promise<void> {
    await this.migrating(async (db) => {
      const { rows: tables } = await sql<{ name: string }>`
        select relname as name from pg_class
        where relkind = 'r' and relnamespace = current_schema()::regnamespace`.execute(db);
      // By name: a cluster passes nothing else on to its nodes.
      for (const { name } of tables) await sql`analyze ${sql.table(name)}`.execute(db);
    });
  }

  get load(): EngineLoad {
    const { connections, waiting } = this.#pool.load;
    return { connections, waiting: waiting + this.#reads.waiting, threads: this.#heavy.load };
  }

  exposedFiles(): string[] {
    return [];
  }

  async close(): Promise<void> {
    await this.#heavy.close();
    await this.#pool.close();
  }
}

const numberOf = (scope: Scope): number => (scope === 'installation' ? 0 : scope);
