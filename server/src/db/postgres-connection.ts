/** A connection of `pg`, as the store uses one. */
import { Socket } from 'node:net';
import { Client, type ClientConfig } from 'pg';
import type { Connection, Row } from './engine.ts';
import { translate } from './postgres-errors.ts';
import type { Compiled, Value } from './statement.ts';

// https://www.postgresql.org/docs/current/catalog-pg-type.html: int8, int2, int4. Ours stay below 2^53.
const INTEGERS = new Set([20, 21, 23]);
const types = { getTypeParser: (oid: number) => (INTEGERS.has(oid) ? Number : (text: string) => text) };

/** `pg`'s client with its socket at hand, to send together what is asked together. */
export class PipelinedClient extends Client {
  readonly socket: Socket;

  constructor(config: ClientConfig = {}) {
    const socket = new Socket();
    super({ ...config, types, stream: () => socket } as ClientConfig);
    this.socket = socket;
  }
}

export type PooledClient = PipelinedClient & { release(destroy?: boolean): void };

/** The names under which statements are prepared: the same in every connection. */
const names = new Map<string, string>();

function nameOf(sql: string): string {
  let name = names.get(sql);
  if (name === undefined) {
    name = `foyer_${names.size}`;
    names.set(sql, name);
  }
  return name;
}

/** A connection that is checked out of the pool, until `commit`, `rollback` or `release`. */
export class PostgresConnection implements Connection {
  readonly #client: PooledClient;
  readonly #isPrepared: boolean;
  #failure: Error | undefined;
  #isCorked = false;

  constructor(client: PooledClient, isPrepared: boolean) {
    this.#client = client;
    this.#isPrepared = isPrepared;
  }

  /** The first thing that went wrong; nothing of the transaction is committed after it. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  async all({ sql }: Compiled, values: Value[]): Promise<Row[]> {
    this.#cork();
    const name = this.#isPrepared ? { name: nameOf(sql) } : {};
    try {
      const result = await this.#client.query<Record<string, Value>>({ ...name, text: sql, values });
      return result.rows;
    } catch (error) {
      this.#failure ??= error as Error;
      throw translate(error);
    }
  }

  async get(statement: Compiled, values: Value[]): Promise<Row | undefined> {
    const [row] = await this.all(statement, values);
    return row;
  }

  run(statement: Compiled, values: Value[]): void {
    this.all(statement, values).catch(() => {});
  }

  command(sql: string): void {
    this.#cork();
    this.#client.query(sql).catch((error) => {
      this.#failure ??= error;
    });
  }

  /** Commits, and gives the connection back. Rejects with the first thing that went wrong. */
  async commit(): Promise<void> {
    this.#cork();
    try {
      // A transaction in which something failed answers a commit with ROLLBACK, which is no error.
      const { command } = await this.#client.query('commit');
      if (this.#failure !== undefined) throw this.#failure;
      if (command !== 'COMMIT') throw new Error(`The commit was answered with ${command}`);
    } catch (error) {
      this.#failure ??= error as Error;
      throw error;
    } finally {
      this.release();
    }
  }

  async rollback(): Promise<void> {
    await this.#client.query('rollback').catch((error) => {
      this.#failure ??= error;
    });
    this.release();
  }

  /** Gives the connection back to the pool; one on which something failed is not used again. */
  release(): void {
    this.#client.release(this.#failure !== undefined);
  }

  /** What is asked before the turn ends goes out in one packet. */
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#client.socket.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      this.#client.socket.uncork();
    });
  }
}
