/** The writes of a job: each is a transaction that takes all of a step or nothing, so that it goes on exactly where it was. */
import type { Store } from '../../db/store.ts';
import type { ReadTransaction } from '../../db/transaction/read.ts';
import type { WriteTransaction } from '../../db/transaction/write.ts';
import { type ApplyOptions, applyRows, foresee, type RowResult } from './apply.ts';
import type { ImportOptions } from './options.ts';
import {
  changesOfImport,
  deleteRefusals,
  ends,
  insertRefusals,
  type JobRow,
  jobById,
  releaseJob,
  renewJob,
  updateJob,
} from './queries.ts';
import type { RowChunk } from './reader.ts';
import type { SeenKeys } from './seen.ts';
import { addCounts, errorText, tally } from './tally.ts';

/** A killed holder on another machine is replaced within this and one look. */
const LEASE_MS = 9000;

/** What the steps of a job are taken with. */
export interface Run {
  readonly store: Store;
  readonly clientId: number;
  readonly importId: number;
  /** The process that works at it. */
  readonly holder: string;
  readonly options: ImportOptions;
  readonly apply: ApplyOptions;
  /** Of a dry run: the keys of the rows before. */
  readonly seen: SeenKeys | undefined;
}

/** Is there something left to do of it? */
export const isOpen = ({ state }: Pick<JobRow, 'state'>): boolean => state === 'waiting' || state === 'running';

const principalOf = ({ clientId, importId }: Pick<Run, 'clientId' | 'importId'>) =>
  ({ clientId, actor: { kind: 'import', id: importId } }) as const;

/** Begins a job, or goes on with it, when nobody else works at it; `isFree` says whether its holder is gone. */
export function claim(
  run: Pick<Run, 'store' | 'clientId' | 'importId' | 'holder'>,
  isFree: (holder: string | null) => boolean,
): Promise<JobRow | undefined> {
  return run.store.write(principalOf(run), async (tx) => {
    const job = await tx.get(jobById, { importId: run.importId });
    if (job === undefined || !isOpen(job)) return undefined;
    if (job.leaseUntil > job.now && !isFree(job.holder)) return undefined;
    const { dryRun } = JSON.parse(job.options) as ImportOptions;
    // Nothing of a dry run was written, and what it remembers of the rows went with its process.
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

/** Writes the rows of a chunk that come behind a line; gives whether the job is over for this process. */
export function writeChunk(run: Run, chunk: RowChunk, behind: number, ms: number): Promise<{ isOver: boolean }> {
  return run.store.write(principalOf(run), async (tx) => {
    const job = await tx.get(jobById, { importId: run.importId });
    if (job === undefined || job.state !== 'running' || job.holder !== run.holder) return { isOver: true };
    const end = chunk.rows.at(-1)?.row ?? behind;
    // The connection broke when it was written, and it was.
    if (job.line === end && end > behind) return { isOver: chunk.isLast };
    if (job.line !== behind) return { isOver: true };
    const stops = run.options.onError === 'stop';
    const results = await resultsOf(run, tx, chunk, stops);
    const refused = results.filter(({ violations }) => violations.length > 0);
    if (refused.length > 0) await tx.run(insertRefusals, { importId: run.importId, rows: refusalsOf(refused, chunk) });
    const repeated = job.repeated + (await countRepeated(run, tx, job, results));
    const [first] = refused;
    const isStopped = stops && first !== undefined;
    const isOver = isStopped || chunk.isLast;
    const after: JobRow = {
      ...job,
      ...tally(job, results),
      repeated,
      line: isStopped ? first.row.row : end,
      bytesRead: chunk.bytes,
      counts: addCounts(job.counts, chunk.counts),
      busyMs: job.busyMs + Math.round(ms),
      leaseUntil: job.now + LEASE_MS,
      ...(isOver ? { state: isStopped ? 'failed' : 'done', finishedAt: Date.now(), holder: null, leaseUntil: 0 } : {}),
      ...(isStopped ? { error: `Stopped at line ${first.row.row}: ${errorText(first)}` } : {}),
    };
    await tx.run(updateJob, after);
    return { isOver };
  });
}

async function resultsOf(run: Run, tx: WriteTransaction, chunk: RowChunk, stops: boolean): Promise<RowResult[]> {
  if (!run.options.dryRun) return applyRows(tx, chunk.rows, run.apply, stops);
  const results = await foresee(tx, chunk.rows, run.apply);
  const first = stops ? results.findIndex(({ violations }) => violations.length > 0) : -1;
  return first < 0 ? results : results.slice(0, first + 1);
}

/** Rows of customers that an earlier row of the same file has written. */
async function countRepeated(
  run: Run,
  tx: ReadTransaction,
  job: JobRow,
  results: readonly RowResult[],
): Promise<number> {
  if (run.seen !== undefined) return run.seen.count(results);
  const numbers = results.flatMap(({ before, outcome }) =>
    before !== undefined && before.change_number > job.firstChange && outcome !== 'refused'
      ? [before.change_number]
      : [],
  );
  if (numbers.length === 0) return 0;
  const ofImport = await tx.all(changesOfImport, { importId: run.importId, numbers: JSON.stringify(numbers) });
  const own = new Set(ofImport.map(({ number }) => number));
  return numbers.filter((number) => own.has(number)).length;
}

function refusalsOf(refused: readonly RowResult[], { rows, cells }: RowChunk): string {
  const at = new Map(rows.map(({ row }, index) => [row, index]));
  return JSON.stringify(refused.map((one) => [one.row.row, cells[at.get(one.row.row) ?? 0], errorText(one)]));
}

/** Keeps the job while nothing of it is written. */
export async function keep({ store, clientId, importId, holder }: Run): Promise<void> {
  await store.write(principalOf({ clientId, importId }), (tx) => tx.run(renewJob, { importId, holder, ms: LEASE_MS }));
}

/** Lets another process go on at once. */
export async function release({ store, clientId, importId, holder }: Run): Promise<void> {
  await store.write(principalOf({ clientId, importId }), (tx) => tx.run(releaseJob, { importId, holder }));
}

/** Ends a job that cannot be finished; gives whether it was still open. */
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

/** Forgets the rows that an import refused. */
export async function forgetRefusals(
  store: Store,
  { clientId, importId }: Pick<Run, 'clientId' | 'importId'>,
): Promise<void> {
  await store.write(principalOf({ clientId, importId }), (tx) => tx.run(deleteRefusals, { importId }));
}
