/**
 * PostgreSQL through `pg`. Any number of servers may share a database, also behind a pooler in transaction mode: nothing is kept in
 * a session but prepared statements, and those only when they are wanted.
 *
 * Statements are sent without waiting for the answers to those before them (`pg`'s pipeline mode), so that a transaction
 * costs as many round trips as it asks questions whose answers it needs.
 */
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { CLIENT_SETTING, type Connection, type Engine, OutcomeUnknown, type Scope, Unavailable } from './engine.ts';
import { type HeavyRead, runHeavyRead } from './heavy-read.ts';
import { PostgresConnection } from './postgres-connection.ts';
import { isCanceled, isWorthAnotherTry, surelyNotCommitted, translate } from './postgres-errors.ts';
import { SharedReads } from './postgres-reads.ts';
import { Turnstile } from './turnstile.ts';

export interface PostgresOptions {
  readonly url: string;
  /** The role that owns the tables, when it is another than the one that serves. */
  readonly migrateUrl: string;
  readonly connections: number;
  /** Off behind a pooler that gives each transaction another session, and does not know of prepared statements. */
  readonly preparedStatements: boolean;
}

/** A request is answered within 5 s, whatever the database does. These add up to less. */
const CONNECT_MS = 1500;
const ANSWER_MS = 2500;
const STATEMENT_MS = 2000;
/** When this machine vanishes within a write, the lock of its client is let go after this; nothing of ours idles for longer than an instant. */
const ABANDONED_MS = 5000;
/** A heavy read waits so long for its turn, and asks nothing more after so long: what it asked last may take as long as any. */
const HEAVY_WAIT_MS = 1000;
const HEAVY_MS = 1500;
/** After this, what failed is not tried again. */
const RETRY_WITHIN_MS = 900;
const MAX_ATTEMPTS = 3;
const RETRY_PAUSE_MS = 40;
/** The lock under which clients are made: any number that nothing else in the database uses. */
const INSTALLATION_LOCK = 7_243_001;

const begin = {
  sql: `select set_config('${CLIENT_SETTING}', $1, true), set_config('statement_timeout', '${STATEMENT_MS}', true),
    set_config('lock_timeout', '${STATEMENT_MS}', true),
    set_config('idle_in_transaction_session_timeout', '${ABANDONED_MS}', true), pg_current_xact_id()::text as xid`,
  names: ['scope'],
};
const beginHeavy = {
  sql: `select set_config('${CLIENT_SETTING}', $1, true), set_config('statement_timeout', '${STATEMENT_MS}', true)`,
  names: ['scope'],
};
const lockInstallation = { sql: `select pg_advisory_xact_lock(${INSTALLATION_LOCK})`, names: [] };
const outcomeOf = { sql: 'select pg_xact_status($1::xid8) as status', names: ['xid'] };

export class PostgresEngine implements Engine {
  readonly dialect = 'postgres';
  readonly writers = 'per-client';
  readonly #options: PostgresOptions;
  readonly #pool: Pool;
  readonly #reads: SharedReads;
  /** Half the connections: the others are for what is quick. */
  readonly #heavy: Turnstile;

  constructor(options: PostgresOptions) {
    this.#options = options;
    this.#pool = new Pool({
      connectionString: options.url,
      pipeline: true,
      max: options.connections,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
      application_name: 'foyer',
    });
    // A connection that breaks while it is idle is replaced at the next use. One that breaks within a transaction, between two
    // answers, tells whoever asks next.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
    this.#heavy = new Turnstile(Math.ceil(options.connections / 2), HEAVY_WAIT_MS);
    this.#reads = new SharedReads(() => this.#checkOut());
  }

  reading<T>(scope: Scope, fn: (connection: Connection) => Promise<T>): Promise<T> {
    return fn(this.#reads.connection(numberOf(scope)));
  }

  async heavily<A>(clientId: number, read: HeavyRead<A>, args: A): Promise<string> {
    if (!(await this.#heavy.enter())) throw new Unavailable('busy');
    try {
      return await this.#patiently(() => this.#readAlone(clientId, read, args));
    } finally {
      this.#heavy.leave();
    }
  }

  /** On a connection of its own: what shares one would wait for it. */
  async #readAlone<A>(clientId: number, read: HeavyRead<A>, args: A): Promise<string> {
    const connection = await this.#checkOut();
    connection.command('begin isolation level repeatable read read only');
    connection.run(beginHeavy, [String(clientId)]);
    try {
      return await runHeavyRead(read, inTime(connection, HEAVY_MS), 'postgres', clientId, args, this);
    } catch (error) {
      throw isCanceled(error) ? new Unavailable('slow', { cause: error }) : (connection.failure ?? error);
    } finally {
      await connection.rollback();
    }
  }

  writing<T>(scope: Scope, fn: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#patiently(() => this.#transaction(scope, fn));
  }

  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        const isLate = attempt === MAX_ATTEMPTS || performance.now() - start > RETRY_WITHIN_MS;
        if (isLate || !isWorthAnotherTry(error)) throw translate(error);
        await pause(RETRY_PAUSE_MS * attempt);
      }
    }
  }

  async #transaction<T>(scope: Scope, fn: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#checkOut();
    connection.command('begin');
    const opened = connection.get(begin, [String(numberOf(scope))]);
    opened.catch(() => {});
    if (scope === 'installation') connection.run(lockInstallation, []);
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
      const xid = (await opened.catch(() => undefined))?.xid;
      // Without a number the transaction had not begun.
      if (typeof xid !== 'string' || surelyNotCommitted(error)) throw error;
      if (!(await this.#isCommitted(xid))) throw error;
    }
    return result;
  }

  /** Whether a transaction is committed whose connection broke while the commit was on its way. Only the database knows. */
  async #isCommitted(xid: string): Promise<boolean> {
    const deadline = performance.now() + ANSWER_MS;
    for (;;) {
      try {
        const connection = await this.#checkOut();
        const row = await connection.get(outcomeOf, [xid]).finally(() => connection.release());
        if (row?.status !== 'in progress') return row?.status === 'committed';
      } catch (error) {
        if (performance.now() > deadline) throw new OutcomeUnknown({ cause: error });
      }
      await pause(RETRY_PAUSE_MS);
    }
  }

  async #checkOut(): Promise<PostgresConnection> {
    try {
      return new PostgresConnection(await this.#pool.connect(), this.#options.preparedStatements);
    } catch (cause) {
      throw translate(cause);
    }
  }

  async migrating<T>(fn: (db: Kysely<unknown>) => Promise<T>): Promise<T> {
    const pool = new Pool({ connectionString: this.#options.migrateUrl, max: 2, connectionTimeoutMillis: CONNECT_MS });
    pool.on('error', () => {});
    const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    try {
      return await fn(kysely);
    } finally {
      await kysely.destroy();
    }
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

const numberOf = (scope: Scope): number => (scope === 'installation' ? 0 : scope);

/** The connection, until the time is over. */
function inTime(connection: PostgresConnection, ms: number): Connection {
  const deadline = performance.now() + ms;
  const check = (): void => {
    if (performance.now() > deadline) throw new Unavailable('slow');
  };
  return {
    all(statement, values) {
      check();
      return connection.all(statement, values);
    },
    get(statement, values) {
      check();
      return connection.get(statement, values);
    },
    run: (statement, values) => connection.run(statement, values),
    command: (sql) => connection.command(sql),
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
