import type { Connection } from './engine.ts';
import type { Dialect } from './statement.ts';
import { ReadTransaction } from './transaction.ts';

/**
 * A read that may take long: it runs where it holds nobody up, on SQLite in another thread, which finds it by its module and the
 * name under which that exports it. What it takes must be plain data; what it gives is text, so that it crosses for little.
 */
export interface HeavyRead<A> {
  /** `import.meta.url` of the module that exports it. */
  readonly module: string;
  readonly name: string;
  /** `keeper` is the same for all reads of a thread, or of an engine without threads: by it may be remembered what was read. */
  readonly run: (tx: ReadTransaction, args: A, keeper: object) => Promise<string>;
}

/** Runs it on a connection within a transaction, so that all its statements see the same moment. */
export async function runHeavyRead<A>(
  { run }: HeavyRead<A>,
  connection: Connection,
  dialect: Dialect,
  clientId: number,
  args: A,
  keeper: object,
): Promise<string> {
  const tx = new ReadTransaction(connection, dialect, clientId);
  try {
    return await run(tx, args, keeper);
  } finally {
    tx.end();
  }
}
