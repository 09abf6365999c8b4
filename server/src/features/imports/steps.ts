/** The writes of a job: each step is one transaction, so that a job continues exactly where it was. */
import type { Store } from '../../db/store.ts';
import type { WriteTransaction } from '../../db/transaction/write.ts';
import type { ApplyOptions } from './apply.ts';
import type { Foreseen } from './foreseen.ts';
import type { ImportOptions } from './options.ts';
import { LEASE_MS, type PartResult, takePart, writePart } from './part.ts';
import { deleteRefusals, ends, type JobRow, jobById, releaseJob, renewJob, updateJob } from './queries.ts';
import type { Chunk } from './reader.ts';

/** What the steps of a job need. */
export interface Run {
  readonly store: Store;
  readonly clientId: number;
  readonly importId: number;
  /** The process that works on it. */
  readonly holder: string;
  readonly options: ImportOptions;
  readonly apply: ApplyOptions;
  /** In a dry run: what the earlier rows would have done. */
  readonly foreseen: Foreseen | undefined;
}

/** Is there anything left to do? */
export const isOpen = ({ state }: Pick<JobRow, 'state'>): boolean => state === 'waiting' || state === 'running';

const principalOf = ({ clientId, importId }: Pick<Run, 'clientId' | 'importId'>) =>
  ({ clientId, actor: { kind: 'import', id: importId } }) as const;

/** Begins or continues a job that nobody else works on; `isFree` says whether its holder is gone. */
export function claim(
  run: Pick<Run, 'store' | 'clientId' | 'importId' | 'holder'>,
  isFree: (holder: string | null) => boolean,
): Promise<JobRow | undefined> {
  return run.store.write(principalOf(run), async (tx) => {
    const job = await tx.get(jobById, { importId: run.importId });
    if (job === undefined || !isOpen(job)) return undefined;
    if (job.leaseUntil > job.now && !isFree(job.holder)) return undefined;
    const { dryRun } = JSON.parse(job.options) as ImportOptions;
    // A dry run wrote nothing, and what it remembered of the rows was lost with its process.
    const begun = dryRun ? { ...job, ...nothingDone } : job;
    if (dryRun) await tx.run(deleteRefusals, { importId: job.importId });
    const before = job.state === 'waiting' ? await tx.get(ends, {}) : undefined;
    const claimed: JobRow = {
      ...begun,
      state: 'running',
      startedAt: job.startedAt ?? Date.now(),
      holder: run.holder,
      leaseUntil: job.now + LEASE_MS,
      firstChange: before?.lastChange ?? job.firstChange,
      lastCustomer: before?.lastCustomer ?? job.lastCustomer,
    };
    await tx.run(updateJob, claimed);
    return claimed;
  });
}

const nothingDone = {
  line: 0,
  bytesRead: 0,
  rowsRead: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  refused: 0,
  conflicts: 0,
  repeated: 0,
  counts: '{}',
  busyMs: 0,
};

/** Writes the rows of a chunk that come after a line; `ms` is how long it took to get here. */
export async function writeChunk(run: Run, chunk: Chunk, behind: number, ms: number): Promise<PartResult> {
  const { importId, holder, options, apply, foreseen } = run;
  const part = { importId, holder, onError: options.onError, apply, chunk, behind, ms };
  if (foreseen === undefined) return JSON.parse(await run.store.writeHeavily(principalOf(run), writePart, part));
  const result = await run.store.write(principalOf(run), (tx) => takePart(tx, part, foreseen));
  foreseen.keep();
  return result;
}

/** Renews the lease while nothing is written; returns whether the job is still this process's to do. */
export function keep({ store, clientId, importId, holder }: Run): Promise<boolean> {
  return store.write(principalOf({ clientId, importId }), async (tx) => {
    await tx.run(renewJob, { importId, holder, ms: LEASE_MS });
    const job = await tx.get(jobById, { importId });
    return job !== undefined && isOpen(job) && job.holder === holder;
  });
}

/** Lets another process continue at once. */
export async function release({ store, clientId, importId, holder }: Run): Promise<void> {
  await store.write(principalOf({ clientId, importId }), (tx) => tx.run(releaseJob, { importId, holder }));
}

/** Ends a job that cannot be finished; returns whether it was still open. */
export function end(
  run: Pick<Run, 'store' | 'clientId' | 'importId'>,
  state: 'cancelled' | 'failed',
  error: string | null,
): Promise<boolean> {
  return run.store.write(principalOf(run), (tx) => endJob(tx, run.importId, state, error));
}

/** The same within a transaction. */
export async function endJob(
  tx: WriteTransaction,
  importId: number,
  state: 'cancelled' | 'failed',
  error: string | null,
): Promise<boolean> {
  const job = await tx.get(jobById, { importId });
  if (job === undefined || !isOpen(job)) return false;
  await tx.run(updateJob, { ...job, state, error, finishedAt: Date.now(), holder: null, leaseUntil: 0 });
  return true;
}

/** Deletes the rows that an import refused. */
export async function forgetRefusals(
  store: Store,
  { clientId, importId }: Pick<Run, 'clientId' | 'importId'>,
): Promise<void> {
  await store.write(principalOf({ clientId, importId }), (tx) => tx.run(deleteRefusals, { importId }));
}
