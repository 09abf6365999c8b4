/** What is typed to find a customer, as terms, and how well a customer matches them. Pure. */
import { cut, isWordIn } from '../search-index/document.ts';
import { foldAddress, spellings, split } from '../search-index/fold.ts';
import { joinNumbers, phoneDigits, SHORTEST_INSIDE } from '../search-index/phone.ts';

/** A word of a query. */
export interface Term {
  /** One of these must be the start of a word, … */
  readonly starts: readonly string[];
  /** … or one of these the start of a telephone number, … */
  readonly phones: readonly string[];
  /** … or one must contain these digits, if there are any. */
  readonly inside: string;
}

/** How many words a search may have. */
export const MOST_TERMS = 16;

export const parseQuery = (text: string): Term[] => joinNumbers(text).split(/\s+/).flatMap(termsOf);

function termsOf(chunk: string): Term[] {
  if (/.@/.test(chunk)) return [termOf([foldAddress(chunk)])];
  if (/^\+?\d+$/.test(chunk)) return [digitsTerm(chunk)];
  const [first = '', second = first] = spellings(chunk);
  const others = split(second);
  return split(first).map((word, at) => termOf([...new Set([word, others[at] ?? word])]));
}

const termOf = (starts: readonly string[]): Term => ({ starts: starts.map(cut), phones: [], inside: '' });

function digitsTerm(text: string): Term {
  const digits = text.replace('+', '');
  const inside = digits.length >= SHORTEST_INSIDE ? digits : '';
  const phone = phoneDigits(text);
  return { ...termOf([digits]), phones: phone === '' ? [] : [phone], inside };
}

/** For a matching customer: 1 if a term begins a word of the last name, 2 if of the first name, otherwise 3. */
export function rankOf(terms: readonly Term[], text: string): 1 | 2 | 3 {
  const isIn = (place: 'l' | 'f') => terms.some(({ starts }) => starts.some((start) => isWordIn(text, start, place)));
  if (isIn('l')) return 1;
  return isIn('f') ? 2 : 3;
}
