/** A thread that runs heavy reads on a SQLite file, one after another (see sqlite-workers.ts). */
import { parentPort, workerData } from 'node:worker_threads';
import { Unavailable } from './engine.ts';
import { type HeavyRead, runHeavyRead } from './heavy-read.ts';
import { openReader, SqliteConnection } from './node-sqlite.ts';
import type { Answer, Task } from './sqlite-workers.ts';

const connection = new SqliteConnection(openReader(workerData as string));

async function run({ module, name, clientId, args }: Task): Promise<Answer> {
  try {
    const read = (await import(module))[name] as HeavyRead<unknown>;
    connection.command('begin');
    try {
      return { result: await runHeavyRead(read, connection, 'sqlite', clientId, args, connection) };
    } finally {
      connection.command('commit');
    }
  } catch (error) {
    return error instanceof Unavailable ? { unavailable: error.reason } : { fault: error };
  }
}

parentPort?.on('message', async (task: Task) => parentPort?.postMessage(await run(task)));
