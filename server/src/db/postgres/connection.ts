/** A connection of `pg`, as the store uses one. */
import type { PoolClient } from 'pg';
import type { Connection, Row } from '../connection.ts';
import type { Compiled, Value } from '../statement.ts';
import { Batch, type PreparedStatements, type Question } from './batch.ts';
import { translate } from './errors.ts';
import { joinInserts } from './insert.ts';
import { enterCommand, type Opening } from './opening.ts';
import type { ServerKind } from './server-kind.ts';

/** What each connection has prepared, for as long as it lives. */
const prepared = new WeakMap<PoolClient, PreparedStatements>();

function preparedBy(client: PoolClient): PreparedStatements {
  let statements = prepared.get(client);
  if (statements === undefined) {
    statements = new Map();
    prepared.set(client, statements);
  }
  return statements;
}

const ignore = (_?: unknown): void => {};

/** A connection that is checked out of the pool, until `commit`, `rollback` or `release`. */
export class PostgresConnection implements Connection {
  readonly server: ServerKind;
  readonly #client: PoolClient;
  readonly #statements: PreparedStatements | undefined;
  #failure: Error | undefined;
  /** Statements of this turn that are not sent yet. */
  #asked: Question[] = [];

  constructor(client: PoolClient, isPrepared: boolean, server: ServerKind) {
    this.server = server;
    this.#client = client;
    this.#statements = isPrepared ? preparedBy(client) : undefined;
  }

  /** The first thing that went wrong; nothing of the transaction is committed after it. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /**
   * Opens the transaction for the rows of a client, and may be told what was asked on the way. On a cluster it must
   * have begun.
   */
  open({ single, cluster }: Opening, clientId: number, resolve: Question['resolve'] = ignore, reject = ignore): void {
    if (this.server === 'single') this.ask(single.sql, [String(clientId)], resolve, reject);
    else {
      this.ask(cluster.sql, [], resolve, reject);
      this.command(enterCommand(clientId));
    }
  }

  all(statement: Compiled, values: Value[]): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      this.ask(statement.sql, values, resolve, (error) => reject(translate(error)));
    });
  }

  async get(statement: Compiled, values: Value[]): Promise<Row | undefined> {
    const [row] = await this.all(statement, values);
    return row;
  }

  run(statement: Compiled, values: Value[]): void {
    this.ask(statement.sql, values, ignore, ignore);
  }

  command(sql: string): void {
    this.ask(sql, [], ignore, ignore);
  }

  /** Statements of one turn are sent together. */
  ask(sql: string, values: readonly Value[], resolve: (rows: Row[]) => void, reject: (error: Error) => void): void {
    this.#asked.push({ sql, values, resolve, reject });
    if (this.#asked.length === 1) process.nextTick(() => this.#send());
  }

  #send(onEnd: () => void = ignore): void {
    const questions = this.#asked;
    if (questions.length === 0) return;
    this.#asked = [];
    const batch = new Batch(joinInserts(questions), this.#statements, (error) => {
      this.#failure ??= error;
      onEnd();
    });
    this.#client.query(batch);
  }

  /** Commits, and returns the connection to the pool. Rejects with the first thing that went wrong. */
  async commit(): Promise<void> {
    try {
      await new Promise((resolve, reject) => this.ask('commit', [], resolve, reject));
    } catch (error) {
      this.#failure ??= error as Error;
    } finally {
      this.release();
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  async rollback(): Promise<void> {
    await new Promise((resolve, reject) => this.ask('rollback', [], resolve, reject)).catch((error) => {
      this.#failure ??= error;
    });
    this.release();
  }

  /** Sends what was asked, and returns the connection to the pool when all of it was answered. */
  finish(): Promise<void> {
    return new Promise((resolve) => {
      this.#send(() => {
        this.release();
        resolve();
      });
    });
  }

  /** Returns the connection to the pool; one on which something failed is not used again. */
  release(): void {
    this.#client.release(this.#failure !== undefined);
  }
}
