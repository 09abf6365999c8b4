/**
 * Checkpoints of the write-ahead log. By default SQLite does them at the end of some commit, and every request waits
 * for the disk. Here a thread does them: beside the writes, and if these never pause, once more while writes wait, so
 * that the log restarts instead of growing.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Pages of 4 KiB written between two checkpoints. The more, the more pages are written once instead of twice. */
const CHECKPOINT_PAGES = 4000;
/** From this length on, writes wait for the checkpoint. */
const LONG_PAGES = 12_000;
/** How often the length is checked: that costs as much as a small write. */
const LOOK_MS = 20;

export class WriteAheadLog {
  readonly #length: StatementSync;
  readonly #checkpoint: () => Promise<unknown>;
  #lookedAt = 0;
  /** The length at the last checkpoint. */
  #triedAt = 0;
  #isRunning = false;

  /** `checkpoint` moves as much of the log into the file as readers allow, in another thread. */
  constructor(writer: DatabaseSync, checkpoint: () => Promise<unknown>) {
    writer.exec('pragma wal_autocheckpoint = 0');
    this.#length = writer.prepare('pragma wal_checkpoint(noop)');
    this.#checkpoint = checkpoint;
  }

  /** Called after each commit; the next write must wait for it. */
  async afterCommit(): Promise<void> {
    const now = performance.now();
    if (now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    const pages = Number(this.#length.get()?.log);
    if (pages < this.#triedAt) this.#triedAt = 0;
    const isLong = pages >= LONG_PAGES;
    if (pages - this.#triedAt < CHECKPOINT_PAGES || (this.#isRunning && !isLong)) return;
    this.#triedAt = pages;
    this.#isRunning = true;
    // A failed checkpoint does no harm: the next one is tried after as many pages again.
    const done = this.#checkpoint()
      .catch(() => {})
      .finally(() => {
        this.#isRunning = false;
      });
    if (isLong) await done;
  }
}
