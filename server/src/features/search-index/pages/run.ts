/**
 * On PostgreSQL: many customers that are new in the index, taken in at once. Their words are gathered here, and written
 * as pages: a row for some hundred words, where each would otherwise be a row of its own.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { IndexTransaction } from '../../../db/transaction/search-index.ts';
import type { Document } from '../document.ts';
import { type Entry, pagesOf } from './pack.ts';
import { pageRows } from './queries.ts';

/** With fewer customers, a search would have too many runs to look at. */
export const FEWEST_IN_RUN = 2000;
/** With more, too much would have to be kept in memory. */
export const MOST_IN_RUN = 8192;
/** How many pages PostgreSQL writes while the next are made. */
const PIECE = 500;

export class Run {
  /** By place and first letter, the customers with each word, as numbers with commas between. */
  readonly #groups = new Map<string, Map<string, string>>();
  #number: number | undefined;

  /** The number of the run, once a customer is in it. */
  get number(): number | undefined {
    return this.#number;
  }

  add(customerId: number, { words }: Document): void {
    this.#number ??= customerId;
    const id = String(customerId);
    for (const [place, found] of words) {
      for (const word of found) {
        const name = place + String.fromCodePoint(word.codePointAt(0) as number);
        const group = this.#groups.get(name);
        const ids = group?.get(word);
        if (group === undefined) this.#groups.set(name, new Map([[word, id]]));
        else group.set(word, ids === undefined ? id : `${ids},${id}`);
      }
    }
  }

  async write(index: IndexTransaction): Promise<void> {
    let rows: string[] = [];
    const send = async (): Promise<void> => {
      await index.run(pageRows.insert, { rows: `[${rows.join(',')}]` });
      rows = [];
      // Sends them.
      await turn();
    };
    // In the order of the table.
    for (const name of [...this.#groups.keys()].sort()) {
      const entries: Entry[] = [...(this.#groups.get(name) as Map<string, string>)];
      for (const { start, words, numbers } of pagesOf(entries.sort(byWord))) {
        rows.push(JSON.stringify([name[0], start, words, numbers, this.#number]));
        if (rows.length === PIECE) await send();
      }
    }
    if (rows.length > 0) await send();
  }
}

const byWord = ([a]: Entry, [b]: Entry): number => (a < b ? -1 : 1);
