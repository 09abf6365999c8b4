/** Work that comes in crowds, done some at a time: between two slices, whatever else arrived has its turn. */
import { setImmediate as turn } from 'node:timers/promises';

type Work = () => void;

/** Clients take turns: who causes much work waits behind itself, not before the others. */
export class Slices {
  readonly #perTurn: number;
  /** By client; the first one is next. What waits already does not wait twice. */
  readonly #waiting = new Map<number, Set<Work>>();
  #isAtWork = false;

  /** `perTurn` pieces of work are done in one turn of the event loop. */
  constructor(perTurn: number) {
    this.#perTurn = perTurn;
  }

  /** Does it at once when nothing else waits. */
  add(clientId: number, work: Work): void {
    const ofClient = this.#waiting.get(clientId);
    if (ofClient === undefined) this.#waiting.set(clientId, new Set([work]));
    else ofClient.add(work);
    if (!this.#isAtWork) this.#run();
  }

  remove(clientId: number, work: Work): void {
    this.#waiting.get(clientId)?.delete(work);
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
        work();
      }
      if (works.size === 0) this.#waiting.delete(clientId);
      await turn();
    }
    this.#isAtWork = false;
  }
}
