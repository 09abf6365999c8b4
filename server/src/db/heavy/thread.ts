/** What runs in a thread for heavy work (see threads.ts). */
import { getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { PostgresOptions } from '../postgres/pool.ts';
import { Unavailable } from '../unavailable.ts';
import { type Host, loadJob, type Task, type WriterTask } from './job.ts';
import { type Answer, IndexDamaged, type ThreadData } from './threads.ts';

export interface PostgresHostOptions extends PostgresOptions {
  /** How many jobs run at a time, each on a connection. */
  readonly atATime: number;
}

/** What a thread opens. */
export type HostData =
  | { readonly engine: 'sqlite'; readonly path: string; readonly indexPath: string }
  | { readonly engine: 'sqlite-writer'; readonly path: string }
  | { readonly engine: 'postgres'; readonly options: PostgresHostOptions };

type AnyTask = Task | WriterTask;
/** A thread gets only what its host can do. */
type AnyHost = Host<never>;

async function open(data: HostData): Promise<AnyHost> {
  if (data.engine === 'sqlite-writer') return new (await import('../sqlite/writer.ts')).SqliteWriter(data.path);
  if (data.engine === 'sqlite') return new (await import('../sqlite/host.ts')).SqliteHost(data.path, data.indexPath);
  return new (await import('../postgres/host.ts')).PostgresHost(data.options);
}

const { host, givesWay } = workerData as ThreadData;
/**
 * How far it gives way, in steps of `nice`: others get three times as much of a processor. With more, the index would
 * fall behind where all processors are busy.
 */
const NICENESS = 5;

function giveWay(): void {
  // Elsewhere it would be the priority of the whole process.
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, Math.min(19, getPriority() + NICENESS));
  } catch {
    // A service may be denied this (systemd's SystemCallFilter does); then the thread does not give way.
  }
}

if (givesWay) giveWay();

let opening: Promise<AnyHost> | undefined;

/** Opened at the first task: a failure is reported to whoever asked, and the next task tries again. */
async function theHost(): Promise<AnyHost> {
  opening ??= open(host as HostData);
  try {
    return await opening;
  } catch (error) {
    opening = undefined;
    throw error;
  }
}

async function answerTo(id: number, task: AnyTask): Promise<Answer> {
  try {
    const host = await theHost();
    if ('module' in task) await loadJob(task.kind, task.module, task.name);
    parentPort?.postMessage({ id, isBegun: true } satisfies Answer);
    return { id, result: await host.run(task as never) };
  } catch (error) {
    if (error instanceof Unavailable) return { id, unavailable: error.reason };
    return error instanceof IndexDamaged ? { id, isDamaged: true } : { id, fault: error };
  }
}

/** A task; `undefined` means close what is open and end. */
parentPort?.on('message', async (message: { id: number; task: AnyTask } | null) => {
  if (message !== null) {
    parentPort?.postMessage(await answerTo(message.id, message.task));
    return;
  }
  await (await opening?.catch(() => undefined))?.close();
  parentPort?.close();
});
