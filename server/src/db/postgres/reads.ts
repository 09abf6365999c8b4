/**
 * Reads that begin in one turn of the event loop share a connection, a transaction and a round trip. A setting of the
 * transaction says whose rows each may see; each sees what was committed before it began.
 */

import type { Connection, Row } from '../connection.ts';
import type { Compiled, Value } from '../statement.ts';
import { NotRun } from './batch.ts';
import type { PostgresConnection } from './connection.ts';
import { isWorthAnotherTry, translate } from './errors.ts';
import { openingOf } from './opening.ts';
import { MAX_ATTEMPTS, RETRY_PAUSE_MS, RETRY_WITHIN_MS } from './retry.ts';

/** How many reads share a transaction at most: when one of them waits, all those after it wait too. */
const SHARE_LIMIT = 16;
/** How many transactions are under way at most; later reads are collected meanwhile. */
const MAX_UNDER_WAY = 4;
/** Until then a read that was not run, because another one in its batch failed, goes once more by itself. */
const ALONE_WITHIN_MS = 1500;
/** After this PostgreSQL cancels a read, before its caller gives up. */
const STATEMENT_MS = 2000;

/**
 * On one server a batch is a transaction of its own: with `begin read only` and `commit` around it, a get costs 4% to
 * 8% more.
 */
const opening = openingOf({ transaction_read_only: 'on', statement_timeout: STATEMENT_MS });

interface Read {
  readonly clientId: number;
  readonly statement: Compiled;
  readonly values: Value[];
  readonly since: number;
  attempts: number;
  /** It was not run, because another one in its batch failed: it goes by itself now. */
  isAlone: boolean;
  resolve(rows: Row[]): void;
  reject(error: unknown): void;
}

export class SharedReads {
  readonly #checkOut: () => Promise<PostgresConnection>;
  readonly #waiting: Read[] = [];
  /** Those that go by themselves; they come first. */
  readonly #alone: Read[] = [];
  #underWay = 0;
  #isScheduled = false;

  constructor(checkOut: () => Promise<PostgresConnection>) {
    this.#checkOut = checkOut;
  }

  get waiting(): number {
    return this.#waiting.length + this.#alone.length;
  }

  /** A connection that reads the rows of a client, and cannot write. */
  connection(clientId: number): Connection {
    const refuse = (): never => {
      throw new Error('A read cannot write');
    };
    const all = (statement: Compiled, values: Value[]): Promise<Row[]> =>
      new Promise((resolve, reject) => {
        this.#add({
          clientId,
          statement,
          values,
          since: performance.now(),
          attempts: 0,
          isAlone: false,
          resolve,
          reject,
        });
      });
    return { all, get: async (statement, values) => (await all(statement, values))[0], run: refuse, command: refuse };
  }

  #add(read: Read): void {
    (read.isAlone ? this.#alone : this.#waiting).push(read);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#send();
    });
  }

  #send(): void {
    while (this.waiting > 0 && this.#underWay < MAX_UNDER_WAY) {
      this.#underWay += 1;
      this.#run(this.#next()).finally(() => {
        this.#underWay -= 1;
        this.#send();
      });
    }
  }

  /** The reads that share the next transaction. */
  #next(): Read[] {
    return this.#alone.length > 0 ? this.#alone.splice(0, 1) : this.#waiting.splice(0, SHARE_LIMIT);
  }

  async #run(reads: readonly Read[]): Promise<void> {
    let connection: PostgresConnection;
    try {
      connection = await this.#checkOut();
    } catch (error) {
      for (const read of reads) this.#failed(read, error);
      return;
    }
    const isCluster = connection.server === 'cluster';
    if (isCluster) connection.command('begin read only');
    let clientId: number | undefined;
    for (const read of reads) {
      if (read.clientId !== clientId) connection.open(opening, read.clientId);
      clientId = read.clientId;
      connection.ask(read.statement.sql, read.values, read.resolve, (error) => this.#failed(read, error));
    }
    if (isCluster) connection.command('commit');
    await connection.finish();
  }

  #failed(read: Read, error: unknown): void {
    const waitedMs = performance.now() - read.since;
    if (error instanceof NotRun && !read.isAlone && waitedMs < ALONE_WITHIN_MS) {
      read.isAlone = true;
      this.#add(read);
      return;
    }
    read.attempts += 1;
    const isLate = waitedMs > RETRY_WITHIN_MS || read.attempts >= MAX_ATTEMPTS;
    if (isLate || !isWorthAnotherTry(error)) read.reject(translate(error));
    else setTimeout(() => this.#add(read), RETRY_PAUSE_MS * read.attempts);
  }
}
