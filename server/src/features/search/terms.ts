/** What is typed to find a customer, as terms, and how well a customer matches them. Pure. */
import { cut, isWordIn } from '../search-index/document.ts';
import { foldAddress, spellings, split } from '../search-index/fold.ts';
import { joinNumbers, phoneDigits, SHORTEST_INSIDE } from '../search-index/phone.ts';
import { isPreposition } from '../search-index/prepositions.ts';

/** A word of a query. */
export interface Term {
  /** One of these must be the start of a word, … */
  readonly starts: readonly string[];
  /** … or one of these, which are it and words beside it as one; nobody means them by a typing error, … */
  readonly joins: readonly string[];
  /** … or one of these the start of a telephone number, … */
  readonly phones: readonly string[];
  /** … or one must contain these digits, if there are any. */
  readonly inside: string;
}

/** How many words a search may have. */
export const MOST_TERMS = 16;

export const parseQuery = (text: string): Term[] => withJoins(joinNumbers(text).split(/\s+/).flatMap(termsOf));

/** An address as it is pasted: in brackets or quotes, before a comma, as a link. */
export const bareAddress = (text: string): string =>
  text.replaceAll(/^[<>()"',;:.]+|[<>()"',;:.]+$/g, '').replace(/^mailto:/i, '');

function termsOf(chunk: string): Term[] {
  // An address may begin with a quote itself.
  if (/.@/.test(chunk)) return [termOf([...new Set([chunk, bareAddress(chunk)].map(foldAddress))])];
  if (/^\+?\d+$/.test(chunk)) return [digitsTerm(chunk)];
  const [first = '', second = first] = spellings(chunk);
  const others = split(second);
  return split(first).map((word, at) => termOf([...new Set([word, others[at] ?? word])]));
}

const termOf = (starts: readonly string[]): Term => ({ starts: starts.map(cut), joins: [], phones: [], inside: '' });

/** Prepositions with the name behind them are also one word: `van den berghe` is `vandenberghe`. */
function withJoins(terms: readonly Term[]): Term[] {
  const all = [...terms];
  for (let at = 0, end = 0; at < all.length; at = end + 1) {
    end = at;
    while (end < all.length && isPreposition(all[end]?.starts[0] ?? '')) end += 1;
    const run = all.slice(at, end + 1);
    if (run.length < 2 || !/^\p{L}+$/u.test(run.at(-1)?.starts[0] ?? '')) continue;
    const joinOf = (spelling: 0 | -1) => cut(run.map(({ starts }) => starts.at(spelling)).join(''));
    const joins = [...new Set([joinOf(0), joinOf(-1)])];
    for (const [index, term] of run.entries()) all[at + index] = { ...term, joins };
  }
  return all;
}

function digitsTerm(text: string): Term {
  const digits = text.replace('+', '');
  const inside = digits.length >= SHORTEST_INSIDE ? digits : '';
  const phone = phoneDigits(text);
  return { ...termOf([digits]), phones: phone === '' ? [] : [phone], inside };
}

/** For a matching customer: 1 if a term begins a word of the last name, 2 if of the first name, otherwise 3. */
export function rankOf(terms: readonly Term[], text: string): 1 | 2 | 3 {
  const isIn = (place: 'l' | 'f') =>
    terms.some(({ starts, joins }) => [...starts, ...joins].some((start) => isWordIn(text, start, place)));
  if (isIn('l')) return 1;
  return isIn('f') ? 2 : 3;
}
