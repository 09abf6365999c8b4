/**
 * What runs in the thread for large writes, which would block requests: writes of many rows, and checkpoints of the
 * write-ahead log. While it writes, its caller lets nothing else write.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type Host, loadJob, type WriterTask } from '../heavy/job.ts';
import { Group } from '../transaction/group.ts';
import { WRITE_BUSY_MS } from './busy-timeouts.ts';
import { SqliteConnection } from './connection.ts';
import { openWriter } from './opening.ts';

/** What a write returned, and the clients with changes, each with the number of its last change. */
export interface Written {
  readonly result: string;
  readonly changed: readonly (readonly [clientId: number, changeNumber: number])[];
}

/** The result stands behind the first line as it is: it may be long. */
const packed = ({ result, changed }: Written): string => `${JSON.stringify(changed)}\n${result}`;

export function unpacked(text: string): Written {
  const end = text.indexOf('\n');
  return { changed: JSON.parse(text.slice(0, end)), result: text.slice(end + 1) };
}

export class SqliteWriter implements Host<WriterTask> {
  readonly #db: DatabaseSync;
  readonly #connection: SqliteConnection;

  constructor(path: string) {
    this.#db = openWriter(path, WRITE_BUSY_MS);
    this.#connection = new SqliteConnection(this.#db);
  }

  async run(task: WriterTask): Promise<string> {
    if (task.kind === 'write') return packed(await this.#write(task));
    // Passive: it neither waits for others nor blocks them.
    this.#db.exec('pragma wal_checkpoint(passive)');
    return '';
  }

  async #write({ module, name, clientId, actor, args }: WriterTask & { kind: 'write' }): Promise<Written> {
    const write = await loadJob('write', module, name);
    this.#connection.command('begin immediate');
    try {
      const group = new Group(this.#connection, 'sqlite');
      const result = await group.writeAlone({ clientId, actor }, (tx) => write.run(tx, args));
      const { changed } = await group.finish();
      this.#connection.command('commit');
      return { result, changed: [...changed] };
    } catch (error) {
      // A full disk may have ended the transaction already.
      if (this.#connection.inTransaction) this.#connection.command('rollback');
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#db.close();
  }
}
