/**
 * Writes a part of a job: some rows together with the job's new line and counts, or nothing. On SQLite it runs in the
 * thread for large writes.
 */
import type { HeavyWrite } from '../../db/heavy/job.ts';
import type { WriteTransaction } from '../../db/transaction/write.ts';
import { type ApplyOptions, applyRows, foresee, type RowResult } from './apply.ts';
import type { Foreseen } from './foreseen.ts';
import type { ImportOptions } from './options.ts';
import { insertRefusals, type JobRow, jobById, updateJob } from './queries.ts';
import { type Chunk, rowsOf } from './reader.ts';
import { addCounts, emptiedIn, errorText, tally } from './tally.ts';

/** A killed holder on another machine is replaced within this time and one look. */
export const LEASE_MS = 9000;

/** Plain data: it may be sent to another thread. */
export interface Part {
  readonly importId: number;
  /** The process that works on the job. */
  readonly holder: string;
  readonly onError: ImportOptions['onError'];
  readonly apply: ApplyOptions;
  readonly chunk: Chunk;
  /** The last line that is done. */
  readonly behind: number;
  /** How long it took to get here. */
  readonly ms: number;
}

export interface PartResult {
  /** Is the job over for this process? */
  readonly isOver: boolean;
  /** How many customers the job has made. */
  readonly created: number;
  /** How much of its refused rows is kept. */
  readonly refusedBytes: number;
}

export const writePart: HeavyWrite<Part> = {
  module: import.meta.url,
  name: 'writePart',
  run: async (tx, part) => JSON.stringify(await takePart(tx, part, undefined)),
};

/** `earlier` is what the earlier rows would have done, in a dry run, which writes nothing else. */
export async function takePart(tx: WriteTransaction, part: Part, earlier: Foreseen | undefined): Promise<PartResult> {
  const { importId, holder, chunk, behind } = part;
  const job = await tx.get(jobById, { importId });
  if (job === undefined || job.state !== 'running' || job.holder !== holder)
    return { isOver: true, created: 0, refusedBytes: 0 };
  const end = chunk.end ?? behind;
  // The connection broke during the commit, which succeeded.
  if (job.line === end && end > behind) return { isOver: chunk.isLast, created: job.created, refusedBytes: 0 };
  if (job.line !== behind) return { isOver: true, created: job.created, refusedBytes: 0 };
  const results = await resultsOf(tx, part, job, earlier);
  const refused = results.filter(({ violations }) => violations.length > 0);
  const kept = refused.length === 0 ? '' : refusalsOf(refused, results, chunk);
  if (kept !== '') await tx.run(insertRefusals, { importId, rows: kept });
  const [first] = refused;
  const isStopped = part.onError === 'stop' && first !== undefined;
  const isOver = isStopped || chunk.isLast;
  const after: JobRow = {
    ...job,
    ...tally(job, results),
    line: isStopped ? first.row.row : end,
    bytesRead: chunk.bytes,
    counts: addCounts(addCounts(job.counts, chunk.counts), emptiedIn(results)),
    busyMs: job.busyMs + Math.round(part.ms),
    leaseUntil: job.now + LEASE_MS,
    ...(isOver ? { state: isStopped ? 'failed' : 'done', finishedAt: Date.now(), holder: null, leaseUntil: 0 } : {}),
    ...(isStopped ? { error: `Stopped at line ${first.row.row}: ${errorText(first)}` } : {}),
  };
  await tx.run(updateJob, after);
  return { isOver, created: after.created, refusedBytes: Buffer.byteLength(kept) };
}

async function resultsOf(
  tx: WriteTransaction,
  { chunk, apply, onError }: Part,
  job: JobRow,
  earlier: Foreseen | undefined,
): Promise<RowResult[]> {
  const stops = onError === 'stop';
  if (earlier === undefined) return applyRows(tx, rowsOf(chunk), apply, stops, job);
  return foresee(tx, rowsOf(chunk), apply, stops, earlier);
}

/** Their lines, cells and errors; `results` belong to the first rows of the chunk. */
function refusalsOf(refused: readonly RowResult[], results: readonly RowResult[], chunk: Chunk): string {
  const cells: unknown[] = JSON.parse(chunk.cells);
  const at = new Map(results.map((result, index) => [result, index]));
  return JSON.stringify(refused.map((one) => [one.row.row, JSON.stringify(cells[at.get(one) ?? 0]), errorText(one)]));
}
