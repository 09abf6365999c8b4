import type { ReadTransaction } from '../../db/transaction/read.ts';

/** What a search reads: the records, and the index as of a moment no later than theirs. */
export interface Reading {
  readonly records: ReadTransaction;
  readonly index: ReadTransaction;
}

/**
 * The index of a client is not made yet, or too many customers have changed since for a search to examine them itself.
 */
export class IndexBehind extends Error {
  override readonly name = 'IndexBehind';
  /** How many customers are in it, of how many; `undefined` if all are, and only changes are missing. */
  readonly made: number | undefined;
  readonly of: number;
  constructor(made: number | undefined, of: number) {
    super('The index of the search is behind');
    this.made = made;
    this.of = of;
  }
}

/** What is returned instead of a result, if the index holds too little. */
export interface Unfound {
  readonly isBehind: true;
  /** See `IndexBehind`. */
  readonly made: number | undefined;
  readonly of: number;
}

export const unfoundOf = (text: string): Unfound | undefined =>
  text.startsWith('{"isBehind":true') ? (JSON.parse(text) as Unfound) : undefined;
