/**
 * Does the imports beside the requests: one job of a client at a time, in order. A job belongs to the process that
 * holds its lease. When that process is killed the lease expires, and one that reaches the file continues after the
 * last row that was written.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Background } from '../../background.ts';
import type { Store } from '../../db/store.ts';
import { OutcomeUnknown, Unavailable } from '../../db/unavailable.ts';
import { FileFault } from './file/fault.ts';
import type { Reading } from './file/source.ts';
import { Foreseen } from './foreseen.ts';
import { Growth } from './growth.ts';
import { isExport } from './mapping/header.ts';
import type { ImportOptions } from './options.ts';
import type { PartResult } from './part.ts';
import { finishedJobs, type JobRow, jobById, type OpenJob, openJobs } from './queries.ts';
import { type Chunk, readRows } from './reader.ts';
import type { Spool } from './spool.ts';
import { claim, end, forgetRefusals, isOpen, keep, type Run, release, writeChunk } from './steps.ts';
import type { ImportState } from './tables.ts';

const LOOK_MS = 2000;
const KEEP_MS = 3000;
const RETRY_MS = 1000;
/** How many jobs, of different clients, one process works on at a time, each with a thread. */
const MOST_AT_ONCE = 2;
/** How long other writes may have to wait for one chunk. */
const CHUNK_MS = 20;
const [FIRST_ROWS, FEWEST_ROWS, MOST_ROWS] = [200, 50, 2000];
const MIB = 1024 * 1024;
/**
 * How much of the refused rows is kept: a file of one MiB can hold so many rows that they fill a disk. Those of a usual
 * file take a few times its size.
 */
const mostRefused = (fileBytes: number): number => Math.min(2048 * MIB, Math.max(16 * MIB, 40 * fileBytes));
/** How long refused rows are kept. */
const KEPT_MS = 30 * 86_400_000;
const FORGET_EVERY_MS = 3_600_000;
/** After this, a job whose file no process can reach is ended. */
const GIVE_UP_MS = 10 * 60_000;

/** Called for the rows that this process imported, and for the jobs that it ended. */
export interface ImportListener {
  rows(count: number): void;
  over(state: ImportState): void;
}

export class ImportJobs {
  readonly #store: Store;
  readonly #spool: Spool;
  readonly #onError: (error: unknown) => void;
  readonly #holder = `${hostname()}/${process.pid}/${randomUUID()}`;
  readonly #running = new Map<number, Promise<void>>();
  #listener: ImportListener | undefined;
  readonly #stopping = new AbortController();

  constructor(store: Store, spool: Spool, onError: (error: unknown) => void) {
    this.#store = store;
    this.#spool = spool;
    this.#onError = onError;
  }

  listen(listener: ImportListener): void {
    this.#listener = listener;
  }

  /** Looks for jobs now and then, until the service stops. */
  start(background: Background): void {
    background.every(LOOK_MS, () => this.look());
    background.every(FORGET_EVERY_MS, () => this.#forget());
    background.run(async () => {
      const open = await this.#store.readInstallation((tx) => tx.all(openJobs, {}));
      await this.#spool.sweep(new Set(open.map(({ spool }) => spool)));
      return false;
    });
  }

  /** Refused rows hold people's data, and are useless after a while. */
  async #forget(): Promise<void> {
    try {
      const before = Date.now() - KEPT_MS;
      const clients = await this.#store.readInstallation((tx) => tx.all(finishedJobs, { before }));
      for (const job of clients) await forgetRefusals(this.#store, job);
    } catch (error) {
      this.#onError(error);
    }
  }

  /**
   * Begins what there is to do. Called when a job is made, so that it begins at once; `only` is the client to look at.
   */
  async look(only?: number): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    try {
      const open = await this.#store.readInstallation((tx) => tx.all(openJobs, {}));
      const seen = new Set<number>();
      for (const job of open) {
        // Only the first job of each client.
        if (seen.has(job.clientId) || (only !== undefined && job.clientId !== only)) continue;
        seen.add(job.clientId);
        if (this.#running.size < MOST_AT_ONCE && !this.#running.has(job.clientId) && this.#isFree(job))
          this.#begin(job, only);
      }
    } catch (error) {
      this.#onError(error);
    }
  }

  #isFree({ holder, leaseUntil, now }: OpenJob): boolean {
    return leaseUntil <= now || isGone(holder);
  }

  #begin(job: OpenJob, only: number | undefined): void {
    const running = this.#work(job)
      .catch(this.#onError)
      .finally(() => {
        this.#running.delete(job.clientId);
        this.look(only);
      });
    this.#running.set(job.clientId, running);
  }

  /** Works on a job until it is over, or this process stops. */
  async #work(job: OpenJob): Promise<void> {
    const { clientId, importId, spool } = job;
    if (!(await this.#spool.has(spool))) return this.#miss(job);
    const id = { store: this.#store, clientId, importId, holder: this.#holder };
    const claimed = await claim(id, isGone);
    if (claimed === undefined) return;
    const options: ImportOptions = JSON.parse(claimed.options);
    const reading: Reading = JSON.parse(claimed.reading);
    const { timeZone, clientTypes } = job;
    const apply = {
      ...options,
      isExport: isExport(reading.columns),
      lastCustomer: claimed.lastCustomer,
      timeZone,
      clientTypes,
    };
    using disposer = new DisposableStack();
    const foreseen = options.dryRun
      ? disposer.adopt(new Foreseen(dirname(this.#spool.pathOf(spool))), (rows) => rows.close())
      : undefined;
    const run: Run = { ...id, options, apply, foreseen };
    const lost = new AbortController();
    const keepOn = () => keep(run).then((isOurs) => isOurs || lost.abort());
    const keeping = setInterval(() => keepOn().catch(this.#onError), KEEP_MS);
    const signal = AbortSignal.any([lost.signal, this.#stopping.signal]);
    try {
      await this.#chunks(run, claimed, reading, signal);
    } catch (error) {
      if (!signal.aborted) await this.#fail(run, error);
    } finally {
      clearInterval(keeping);
    }
    // It may have been taken over, or continue elsewhere.
    const after = await this.#store.read(clientId, (tx) => tx.get(jobById, { importId }));
    if (after !== undefined && isOpen(after)) return this.#stopping.signal.aborted ? release(run) : undefined;
    if (after !== undefined) this.#listener?.over(after.state);
    await this.#spool.remove(spool);
  }

  async #fail(run: Run, error: unknown): Promise<void> {
    if (!(error instanceof FileFault)) this.#onError(error);
    const why = error instanceof FileFault ? error.message : 'Something went wrong on the server; its log says what.';
    await end(run, 'failed', why);
  }

  /** `signal`: the job is no longer ours, or this process stops. A file may keep its thread busy until then. */
  async #chunks(run: Run, { line, bytes, spool }: JobRow, reading: Reading, signal: AbortSignal): Promise<void> {
    let room = mostRefused(bytes);
    let behind = line;
    let since = performance.now();
    const task = {
      path: this.#spool.pathOf(spool),
      reading,
      options: { ...run.options, timeZone: run.apply.timeZone },
      behind,
      chunkRows: FIRST_ROWS,
      limit: Number.POSITIVE_INFINITY,
    };
    const before = run.apply.lastCustomer;
    const growth = new Growth(this.#store, before, this.#onError);
    await using chunks = readRows(task, { signal });
    for (let next = await chunks.next(); !next.done; ) {
      if (this.#stopping.signal.aborted) return;
      const chunk = next.value;
      const now = performance.now();
      const { isOver, created, refusedBytes } = await this.#persistently(run, chunk, behind, now - since);
      this.#listener?.rows(chunk.count);
      room -= refusedBytes;
      if (room < 0) throw new FileFault(tooManyRefused);
      if (isOver) return run.options.dryRun ? undefined : growth.ended(before + created);
      if (!run.options.dryRun) growth.grown(before + created);
      since = now;
      behind = chunk.end ?? behind;
      next = await chunks.next(sizeOf(chunk.count, performance.now() - now));
    }
  }

  /** Writes a chunk; retries while the database is unavailable. */
  async #persistently(run: Run, chunk: Chunk, behind: number, ms: number): Promise<PartResult> {
    for (;;) {
      try {
        return await writeChunk(run, chunk, behind, ms);
      } catch (error) {
        // The job's line says whether it was written.
        if (!(error instanceof Unavailable || error instanceof OutcomeUnknown) || this.#stopping.signal.aborted)
          throw error;
        this.#onError(error);
        await sleep(RETRY_MS);
      }
    }
  }

  /** The file cannot be reached here. Another process may reach it; if none takes the job for long, it ends. */
  async #miss(job: OpenJob): Promise<void> {
    if (job.now - Math.max(job.leaseUntil, job.createdAt) < GIVE_UP_MS) return;
    const why =
      'No process reaches the file of this import: let IMPORT_DIR be a folder that all share, and send the file again.';
    await end({ ...job, store: this.#store }, 'failed', why);
  }

  /** Stops after the chunk that is being written, and lets others continue. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running.values());
  }
}

const tooManyRefused =
  'So many rows were refused that they are no longer kept. See in those that are what is wrong with the file.';

/** How many rows to write next, given how long the last ones took; a single very long time means little. */
function sizeOf(rows: number, ms: number): number {
  const factor = Math.max(0.5, Math.min(2, CHUNK_MS / ms));
  return Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, Math.round(rows * factor)));
}

/** Was the holder a process of this machine that no longer exists? */
function isGone(holder: string | null): boolean {
  const [host, pid] = holder?.split('/') ?? [];
  if (holder === null) return true;
  if (host !== hostname() || Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
