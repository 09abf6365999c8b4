/** Work that comes in crowds, done some at a time: between two slices, whatever else arrived has its turn. */
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';

type Work = () => void;

/** With more than this waiting, it is a crowd. */
const CROWD = 16;
/** So much may be done beyond the share, so that a crowd which comes once is served at once. */
const BURST_MS = 10;
/** However long a slice took: it may have been the machine that stood still. */
const MOST_PAUSE_MS = 100;

/** Clients take turns: who causes much work waits behind itself, not before the others. */
export class Slices {
  readonly #perTurn: number;
  readonly #share: number;
  /** By client; the first one is next. What waits already does not wait twice. */
  readonly #waiting = new Map<number, Set<Work>>();
  #size = 0;
  #isAtWork = false;
  /** What was taken of the thread lately beyond the share, and up to when that is counted. */
  #takenMs = 0;
  #countedAt = performance.now();

  /**
   * `perTurn` pieces of work are done in one turn of the event loop; `share` is what a crowd may take of the thread, at
   * most 1.
   */
  constructor(perTurn: number, share: number) {
    this.#perTurn = perTurn;
    this.#share = share;
  }

  /** Does it at once when nothing else waits. */
  add(clientId: number, work: Work): void {
    const ofClient = this.#waiting.get(clientId) ?? new Set();
    if (ofClient.has(work)) return;
    ofClient.add(work);
    this.#waiting.set(clientId, ofClient);
    this.#size += 1;
    if (!this.#isAtWork) this.#run();
  }

  remove(clientId: number, work: Work): void {
    if (this.#waiting.get(clientId)?.delete(work) === true) this.#size -= 1;
  }

  async #run(): Promise<void> {
    this.#isAtWork = true;
    for (let next = this.#waiting.entries().next(); !next.done; next = this.#waiting.entries().next()) {
      const [clientId, works] = next.value;
      // To the end of the line.
      this.#waiting.delete(clientId);
      this.#waiting.set(clientId, works);
      const began = performance.now();
      let done = 0;
      for (const work of works) {
        if (done === this.#perTurn) break;
        done += 1;
        works.delete(work);
        this.#size -= 1;
        work();
      }
      if (works.size === 0) this.#waiting.delete(clientId);
      await settled();
      const pauseMs = this.#pauseAfter(began);
      await (this.#size > CROWD && pauseMs >= 1 ? sleep(pauseMs) : turn());
    }
    this.#isAtWork = false;
  }

  /** How long a crowd has to rest after a slice. */
  #pauseAfter(began: number): number {
    const now = performance.now();
    const earned = (began - this.#countedAt) * this.#share;
    const taken = Math.max(0, this.#takenMs - earned) + now - began;
    this.#takenMs = Math.min(taken, BURST_MS + MOST_PAUSE_MS * this.#share);
    this.#countedAt = now;
    return Math.max(0, this.#takenMs - BURST_MS) / this.#share;
  }
}

/**
 * Resolves when all is done that was to be done at once: the promises that wait for no file, socket or thread, and what
 * they left for the next tick.
 */
const settled = (): Promise<void> => new Promise((resolve) => queueMicrotask(() => process.nextTick(resolve)));
