/** The words of an index that are meant, as a range of it. Pure. */

export interface Range {
  readonly from: string;
  /** The first that is not meant any more. */
  readonly below: string;
}

/** Behind every word that begins with what stands before it. */
export const END = '\u{10ffff}';
/** Behind a word itself, before those that begin with it: no word holds control characters. */
const NEXT = '\u0001';

export const beginningWith = (start: string): Range => ({ from: start, below: start + END });
export const just = (word: string): Range => ({ from: word, below: word + NEXT });
