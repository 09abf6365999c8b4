/** The progress of a copy on standard error. */
import type { CopyObserver } from '../features/copy/steps.ts';

const REDRAW_MS = 100;
/** Back to the start of the line, and clear it. */
const CLEAR_LINE = '\r\u001b[K';
const words = { copying: 'Copying', comparing: 'Comparing' } as const;

/**
 * Shows the progress of a copy on standard error: one line that is redrawn on a terminal, otherwise one for each
 * client.
 */
export class CopyProgress implements CopyObserver {
  #phase: keyof typeof words = 'copying';
  #total = 0;
  #done = 0;
  #drawnAt = 0;

  begin(phase: keyof typeof words, rows: number): void {
    this.#phase = phase;
    this.#total = rows;
    this.#done = 0;
  }

  advance(rows: number, client: string): void {
    this.#done += rows;
    if (!process.stderr.isTTY || performance.now() - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = performance.now();
    // A customer that is copied anew is counted twice.
    const percent = Math.min(100, Math.floor((100 * this.#done) / Math.max(1, this.#total)));
    const line = `${words[this.#phase]} ${percent}%  ${this.#done.toLocaleString('en')} rows  ${client}`;
    // Text that reaches the edge would begin a new line.
    process.stderr.write(CLEAR_LINE + line.slice(0, process.stderr.columns - 1));
  }

  copied(client: string): void {
    if (!process.stderr.isTTY) process.stderr.write(`Copied ${client}.\n`);
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write(CLEAR_LINE);
  }
}
