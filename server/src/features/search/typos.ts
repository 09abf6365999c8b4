/** What a mistyped word may have meant: words of customers that begin like it but for one error, or two in a long one. */
import type { ReadTransaction } from '../../db/transaction.ts';
import { knownStarts, knownWords, wordsThatHold } from './queries.ts';
import type { Term } from './query.ts';
import { beginningWith } from './ranges.ts';

const SHORTEST = 4;
const SHORTEST_FOR_TWO = 8;
/** Of the Latin letters `y` is missing: it is folded to `ij`. */
const ALPHABET = [...'abcdefghijklmnopqrstuvwxz'];
/** So many words are compared at most for the beginning that they share. */
const MOST_WORDS = 2000;

const canBeMistyped = (term: Term): boolean => term.starts.some((start) => errorsIn(start) > 0);

function errorsIn(start: string): 0 | 1 | 2 {
  const length = /^\p{L}+$/u.test(start) ? start.length : 0;
  return length >= SHORTEST_FOR_TWO ? 2 : length >= SHORTEST ? 1 : 0;
}

/** The terms with all that may have been meant; nothing when none of them can be mistyped. */
export async function withTypos(tx: ReadTransaction, terms: readonly Term[]): Promise<Term[] | undefined> {
  if (!terms.some(canBeMistyped)) return undefined;
  const widened: Term[] = [];
  for (const term of terms) {
    const starts = [...term.starts];
    for (const start of term.starts) starts.push(...(await meantBy(tx, start)));
    widened.push({ ...term, starts: shortest(starts) });
  }
  return widened;
}

/** Without those that begin with another: whatever begins with them begins with that one too. */
function shortest(starts: readonly string[]): string[] {
  const kept: string[] = [];
  for (const start of starts.toSorted()) {
    const last = kept.at(-1);
    if (last === undefined || !start.startsWith(last)) kept.push(start);
  }
  return kept;
}

async function meantBy(tx: ReadTransaction, start: string): Promise<string[]> {
  const errors = errorsIn(start);
  if (errors === 0) return [];
  if (errors === 1) return known(tx, oneError(start));
  // Of two errors, one half has one at most; or both are in the first, which takes a look at all words.
  const half = start.slice(0, start.length >> 1);
  const words = new Set<string>();
  for (const begins of await known(tx, [half, ...oneError(half)])) {
    const range = { ...beginningWith(begins), limit: MOST_WORDS };
    for (const { word } of await tx.all(knownWords, range)) words.add(word);
  }
  const meant = [...words].filter((word) => beginsLike(word, start, errors));
  if (meant.length > 0) return meant;
  const holding = await tx.all(wordsThatHold, { part: start.slice(half.length), limit: MOST_WORDS });
  return holding.map(({ word }) => word).filter((word) => beginsLike(word, start, errors));
}

async function known(tx: ReadTransaction, starts: readonly string[]): Promise<string[]> {
  const rows = await tx.all(knownStarts, { starts: JSON.stringify(starts) });
  return rows.map((row) => row.start);
}

/** What becomes of a word by one error: a letter too few, two swapped, one instead of another, one too many. */
function oneError(word: string): string[] {
  const letters = [...word];
  const all = new Set<string>();
  for (let at = 0; at <= letters.length; at += 1) {
    const [before, after] = [letters.slice(0, at).join(''), letters.slice(at).join('')];
    const [first = '', second = ''] = letters.slice(at);
    const rest = letters.slice(at + 1).join('');
    if (first !== '') all.add(before + rest);
    if (second !== '') all.add(before + second + first + letters.slice(at + 2).join(''));
    for (const letter of ALPHABET) {
      if (first !== '') all.add(before + letter + rest);
      all.add(before + letter + after);
    }
  }
  all.delete(word);
  return [...all];
}

/** Is the word, or a beginning of it, at most so many errors away from `start`? Two swapped letters are one error. */
function beginsLike(word: string, start: string, errors: number): boolean {
  const [w, s] = [[...word].slice(0, [...start].length + errors), [...start]];
  // Row by row of the start: the errors between what was passed of it and each beginning of the word.
  let beforeLast: number[] = [];
  let lastRow = Array.from({ length: w.length + 1 }, (_, at) => at);
  for (let i = 1; i <= s.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= w.length; j += 1) {
      const isSame = s[i - 1] === w[j - 1];
      let cost = Math.min((lastRow[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (lastRow[j - 1] ?? 0) + (isSame ? 0 : 1));
      const isSwapped = i > 1 && j > 1 && s[i - 1] === w[j - 2] && s[i - 2] === w[j - 1];
      if (isSwapped) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    [beforeLast, lastRow] = [lastRow, row];
  }
  return Math.min(...lastRow) <= errors;
}
