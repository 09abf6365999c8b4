/** The progress of an import on standard error. */
import { SingleBar } from 'cli-progress';
import type { Import } from '../../../sdk/src/contract/imports.ts';

const LINE_EVERY_MS = 5000;

/** Shows the progress of an import on standard error: a bar on a terminal, otherwise a line now and then. */
export class ImportProgress {
  readonly #bar = process.stderr.isTTY
    ? new SingleBar({
        format: 'Importing [{bar}] {percentage}%  {rows} rows  {rate} rows/s  {left} s left',
        barCompleteChar: '█',
        barIncompleteChar: '░',
        stream: process.stderr,
        hideCursor: true,
      })
    : undefined;
  #isStarted = false;
  #toldAt = performance.now();

  show({ percent, rowsRead, rowsPerSecond, secondsLeft }: Import): void {
    const rows = rowsRead.toLocaleString('en');
    const rate = rowsPerSecond.toLocaleString('en');
    const left = secondsLeft ?? '?';
    if (this.#bar !== undefined) {
      if (!this.#isStarted) this.#bar.start(100, 0, { rows: '0', rate: '0', left: '?' });
      this.#isStarted = true;
      this.#bar.update(percent, { rows, rate, left });
    } else if (performance.now() - this.#toldAt > LINE_EVERY_MS) {
      this.#toldAt = performance.now();
      process.stderr.write(`${percent}%, ${rows} rows, ${rate} rows/s, ${left} s left\n`);
    }
  }

  end(): void {
    if (this.#isStarted) this.#bar?.stop();
  }
}
