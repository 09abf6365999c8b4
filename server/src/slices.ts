/** Work that comes in crowds, done some at a time: between two slices, whatever else arrived has its turn. */
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';

type Work = () => void;

/** With more than this waiting, a pause follows each slice, so that a crowd never takes a processor to itself. */
const CROWD = 64;
const PAUSE_MS = 1;

/** Clients take turns: who causes much work waits behind itself, not before the others. */
export class Slices {
  readonly #perTurn: number;
  /** By client; the first one is next. What waits already does not wait twice. */
  readonly #waiting = new Map<number, Set<Work>>();
  #size = 0;
  #isAtWork = false;

  /** `perTurn` pieces of work are done in one turn of the event loop. */
  constructor(perTurn: number) {
    this.#perTurn = perTurn;
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
      let done = 0;
      for (const work of works) {
        if (done === this.#perTurn) break;
        done += 1;
        works.delete(work);
        this.#size -= 1;
        work();
      }
      if (works.size === 0) this.#waiting.delete(clientId);
      await (this.#size > CROWD ? sleep(PAUSE_MS) : turn());
    }
    this.#isAtWork = false;
  }
}
