/** Heavy work on PostgreSQL, where the tables of the index are beside those of the records. */
import { type Host, loadJob, type Task } from '../heavy/job.ts';
import type { PostgresHostOptions } from '../heavy/thread.ts';
import { inTime } from '../in-time.ts';
import { ReadTransaction } from '../transaction/read.ts';
import { IndexTransaction } from '../transaction/search-index.ts';
import { Unavailable } from '../unavailable.ts';
import type { PostgresConnection } from './connection.ts';
import { isCanceled } from './errors.ts';
import { openingOf } from './opening.ts';
import { PostgresPool } from './pool.ts';
import { patiently } from './retry.ts';

/**
 * After this, a read begins no more statements; the last one may take as long as any. Together with the wait for its
 * turn (see heavy.ts) a search is answered within 5 seconds.
 */
const WORK_MS = 1700;
const STATEMENT_MS = 1500;
/** A batch of the index delays nobody. */
const INDEX_STATEMENT_MS = 30_000;
/**
 * If this machine vanishes in the middle of a batch, others go on after this. In between a batch idles while customers
 * are turned into words, for some tenths of a second.
 */
const ABANDONED_MS = 10_000;

/** PostgreSQL expects many times the rows that there are, and would compile what then takes a few milliseconds. */
const QUICK = { jit: 'off' } as const;
const beginRead = openingOf({ statement_timeout: STATEMENT_MS, ...QUICK });
const beginIndex = openingOf({
  statement_timeout: INDEX_STATEMENT_MS,
  idle_in_transaction_session_timeout: ABANDONED_MS,
  ...QUICK,
});

export class PostgresHost implements Host {
  readonly #pool: PostgresPool;

  constructor(options: PostgresHostOptions) {
    this.#pool = new PostgresPool(options, options.atATime, INDEX_STATEMENT_MS);
  }

  run(task: Task): Promise<string> {
    return patiently(() => (task.kind === 'read' ? this.#read(task) : this.#work(task)));
  }

  async #read({ module, name, clientId, args }: Task): Promise<string> {
    const read = await loadJob('read', module, name);
    const connection = await this.#pool.checkOut();
    connection.command('begin isolation level repeatable read read only');
    connection.open(beginRead, clientId);
    const records = new ReadTransaction(inTime(connection, WORK_MS), 'postgres', clientId);
    try {
      return await read.run(records, args, { index: records, keeper: this });
    } catch (error) {
      throw isCanceled(error) ? new Unavailable('slow', { cause: error }) : (connection.failure ?? error);
    } finally {
      records.end();
      // The answer does not wait for it.
      void connection.rollback();
    }
  }

  async #work({ module, name, clientId, args }: Task): Promise<string> {
    const work = await loadJob('index', module, name);
    const connection: PostgresConnection = await this.#pool.checkOut();
    connection.command('begin');
    connection.open(beginIndex, clientId);
    const index = new IndexTransaction(connection, 'postgres', clientId);
    let result: string;
    try {
      result = await work.run(index, index, args);
    } catch (error) {
      await connection.rollback();
      throw connection.failure ?? error;
    } finally {
      index.end();
    }
    await connection.commit();
    return result;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
