/**
 * What a mistyped word may have meant: words of customers that begin with it except for one error, or two in a long
 * one.
 */
import { knownStarts, knownWords, wordsThatHold } from '../search-index/words/queries.ts';
import type { Lists } from './index-lists.ts';
import type { Term } from './terms.ts';

const SHORTEST = 4;
const SHORTEST_FOR_TWO = 8;
/** The Latin letters without `y`, which is folded to `ij`. */
const ALPHABET = [...'abcdefghijklmnopqrstuvwxz'];
/** How many words with the same beginning are compared at most. */
const MOST_WORDS = 20_000;

const canBeMistyped = (term: Term): boolean => term.starts.some((start) => errorsIn(start) > 0);

function errorsIn(start: string): 0 | 1 | 2 {
  const length = /^\p{L}+$/u.test(start) ? [...start].length : 0;
  return length >= SHORTEST_FOR_TWO ? 2 : length >= SHORTEST ? 1 : 0;
}

/** The terms with everything that may have been meant; `undefined` if none of them can be mistyped. */
export async function withTypos(lists: Lists, terms: readonly Term[]): Promise<Term[] | undefined> {
  if (!terms.some(canBeMistyped)) return undefined;
  const widened: Term[] = [];
  for (const term of terms) {
    const starts = [...term.starts];
    for (const start of term.starts) starts.push(...(await meantBy(lists, start)));
    widened.push({ ...term, starts: shortest(starts) });
  }
  return widened;
}

/** Removes beginnings that extend another one: whatever begins with them begins with that one too. */
function shortest(starts: readonly string[]): string[] {
  const kept: string[] = [];
  for (const start of starts.toSorted()) {
    const last = kept.at(-1);
    if (last === undefined || !start.startsWith(last)) kept.push(start);
  }
  return kept;
}

async function meantBy(lists: Lists, start: string): Promise<readonly string[]> {
  const errors = errorsIn(start);
  if (errors === 0) return [];
  const [ofIndex, ofChanged] = errors === 1 ? [indexedByOne, changedByOne] : [indexedByTwo, changedByTwo];
  const indexed = await lists.remember(`meant ${start}`, () => ofIndex(lists, start));
  return lists.learned.length === 0 ? indexed : [...new Set([...indexed, ...ofChanged(lists, start)])];
}

const indexedByOne = (lists: Lists, start: string): Promise<string[]> => known(lists, oneError(start));

const changedByOne = ({ learned }: Lists, start: string): string[] =>
  oneError(start).filter((begins) => isBegun(learned, begins));

/** Of two errors, one half has one at most; or both are in the first half, which means comparing all words. */
async function indexedByTwo(lists: Lists, start: string): Promise<string[]> {
  const letters = [...start];
  const half = letters.slice(0, letters.length >> 1).join('');
  const begins = await known(lists, [half, ...oneError(half)]);
  const like = await wordsLike(
    start,
    lists.reading.index.all(knownWords, { starts: JSON.stringify(begins), limit: MOST_WORDS }),
  );
  if (like.length > 0) return like;
  const part = start.slice(half.length);
  return wordsLike(start, lists.reading.index.all(wordsThatHold, { part, limit: MOST_WORDS }));
}

function changedByTwo({ learned }: Lists, start: string): string[] {
  const errors = errorsIn(start);
  return learned.filter((word) => beginsLike(word, start, errors));
}

async function wordsLike(start: string, reading: Promise<readonly { word: string }[]>): Promise<string[]> {
  const errors = errorsIn(start);
  const words = new Set((await reading).map(({ word }) => word));
  return [...words].filter((word) => beginsLike(word, start, errors));
}

/** The beginnings that occur in the index. */
async function known(lists: Lists, starts: readonly string[]): Promise<string[]> {
  const rows = await lists.reading.index.all(knownStarts, { starts: JSON.stringify(starts) });
  return rows.map(({ start }) => start);
}

/** Does one of the sorted words begin with this? */
function isBegun(sorted: readonly string[], start: string): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as string) < start) low = middle + 1;
    else high = middle;
  }
  return sorted[low]?.startsWith(start) === true;
}

/** All variants of a word by one error: a letter missing, two swapped, one replaced, one inserted. */
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

/** Is the word, or a beginning of it, at most this many errors away from `start`? Two swapped letters are one error. */
function beginsLike(word: string, start: string, errors: number): boolean {
  const length = Math.min(word.length, start.length + errors);
  if (length < start.length - errors) return false;
  // Row by row of `start`: the errors between its beginning and each beginning of the word. A cell further from the
  // diagonal than the limit has too many errors.
  const far = errors + 1;
  let beforeLast: number[] = [];
  let lastRow = Array.from({ length: length + 1 }, (_, at) => Math.min(at, far));
  for (let i = 1; i <= start.length; i += 1) {
    const row: number[] = new Array(length + 1).fill(far);
    if (i <= errors) row[0] = i;
    let least = row[0] as number;
    for (let j = Math.max(1, i - errors); j <= Math.min(length, i + errors); j += 1) {
      const isSame = start.charCodeAt(i - 1) === word.charCodeAt(j - 1);
      let cost = Math.min(
        (lastRow[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (lastRow[j - 1] as number) + (isSame ? 0 : 1),
      );
      const isSwapped =
        i > 1 &&
        j > 1 &&
        start.charCodeAt(i - 1) === word.charCodeAt(j - 2) &&
        start.charCodeAt(i - 2) === word.charCodeAt(j - 1);
      if (isSwapped) cost = Math.min(cost, (beforeLast[j - 2] as number) + 1);
      row[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > errors) return false;
    [beforeLast, lastRow] = [lastRow, row];
  }
  return lastRow.some((cost) => cost <= errors);
}
