/** What runs in a thread for heavy work (see threads.ts). */
import { parentPort, workerData } from 'node:worker_threads';
import type { PostgresOptions } from '../postgres/pool.ts';
import { Unavailable } from '../unavailable.ts';
import type { Host, Task } from './job.ts';
import { type Answer, IndexDamaged } from './threads.ts';

export interface PostgresHostOptions extends PostgresOptions {
  /** How many jobs run at a time, each on a connection. */
  readonly atATime: number;
}

/** What a thread opens. */
export type HostData =
  | { readonly engine: 'sqlite'; readonly path: string; readonly indexPath: string }
  | { readonly engine: 'postgres'; readonly options: PostgresHostOptions };

async function open(data: HostData): Promise<Host> {
  if (data.engine === 'sqlite') return new (await import('../sqlite/host.ts')).SqliteHost(data.path, data.indexPath);
  return new (await import('../postgres/host.ts')).PostgresHost(data.options);
}

let opening: Promise<Host> | undefined;

/** Opened at the first task: a failure is reported to whoever asked, and the next task tries again. */
async function theHost(): Promise<Host> {
  opening ??= open(workerData as HostData);
  try {
    return await opening;
  } catch (error) {
    opening = undefined;
    throw error;
  }
}

async function answerTo(id: number, task: Task): Promise<Answer> {
  try {
    return { id, result: await (await theHost()).run(task) };
  } catch (error) {
    if (error instanceof Unavailable) return { id, unavailable: error.reason };
    return error instanceof IndexDamaged ? { id, isDamaged: true } : { id, fault: error };
  }
}

/** A task; `undefined` means close what is open and end. */
parentPort?.on('message', async (message: { id: number; task: Task } | null) => {
  if (message !== null) {
    parentPort?.postMessage(await answerTo(message.id, message.task));
    return;
  }
  await (await opening?.catch(() => undefined))?.close();
  parentPort?.close();
});
