/** Connections to PostgreSQL: how many, and how long to wait for one and for its answers. */
import { Pool } from 'pg';
import type { EngineLoad } from '../engine.ts';
import { PostgresConnection } from './connection.ts';
import { translate } from './errors.ts';
import { kindOf } from './server-kind.ts';

export interface PostgresOptions {
  readonly url: string;
  /** The role that owns the tables, if it is not the one that serves. */
  readonly migrateUrl: string;
  readonly connections: number;
  /** Off behind a pooler that gives each transaction another session, and does not support prepared statements. */
  readonly preparedStatements: boolean;
}

/** A request is answered within 5 s, whatever the database does. These add up to less. */
const CONNECT_MS = 1500;
export const ANSWER_MS = 2500;

export class PostgresPool {
  readonly #pool: Pool;
  readonly #isPrepared: boolean;
  readonly #most: number;

  constructor({ url, preparedStatements }: PostgresOptions, connections: number, answerMs = ANSWER_MS) {
    this.#isPrepared = preparedStatements;
    this.#most = connections;
    this.#pool = new Pool({
      connectionString: url,
      pipeline: true,
      max: connections,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: answerMs,
      keepAlive: true,
      application_name: 'foyer',
    });
    // A connection that breaks while it is idle is replaced at the next use. One that breaks within a transaction,
    // between two answers, tells whoever asks next.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  async checkOut(): Promise<PostgresConnection> {
    try {
      const client = await this.#pool.connect();
      return new PostgresConnection(client, this.#isPrepared, await kindOf(client));
    } catch (cause) {
      throw translate(cause);
    }
  }

  get load(): Required<Pick<EngineLoad, 'connections' | 'waiting'>> {
    const { totalCount: open, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { connections: { open, idle, most: this.#most }, waiting };
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}
