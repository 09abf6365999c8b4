/** A customer as the search knows it. Pure. */
import type { CustomerColumns } from '../customers/queries.ts';
import { fold, foldLetters, spellings, split } from './fold.ts';
import { innerEnds, phoneDigits } from './phone.ts';

/**
 * Where a word stands: in the last name, the first name, or elsewhere; the city, the zip and the external id as they are typed
 * together; a telephone number, and the ends of it.
 */
export type Place = 'l' | 'f' | 'o' | 'c' | 'z' | 'x' | 'p' | 'q';

/** Where the words of a query are looked for; digits also in telephone numbers. */
export const wordPlaces: readonly Place[] = ['l', 'f', 'o', 'c', 'z', 'x'];

/** Longer words are cut, in customers and in queries alike. */
const LONGEST = 64;

export const cut = (word: string): string => word.slice(0, LONGEST);

/** The text typed together: `8011 MC` is `8011mc`, `'s-Hertogenbosch` is `shertogenbosch`. */
export const joined = (text: string): string => cut(split(fold(text)).join(''));

/** The words of a text in all their spellings, and all of it typed together. */
function wordsOf(text: string): string[] {
  return spellings(text).flatMap((spelling) => {
    const words = split(spelling);
    return words.length > 1 ? [...words, words.join('')] : words;
  });
}

/** A customer as words. */
export interface Document {
  /** By place; a word of a name or of the rest only where it counts most. */
  readonly words: ReadonlyMap<Place, ReadonlySet<string>>;
  /** All of them but the telephone's as one text: see `isWordIn`. */
  readonly text: string;
  /** The keys by which names are ordered, without the preposition and with it. */
  readonly nameNl: string;
  readonly nameBe: string;
}

export function documentOf(customer: CustomerColumns, customerId: number): Document {
  const { preposition, last_name: last, first_name: first, email, external_id: externalId } = customer;
  const words = new Map<Place, Set<string>>();
  const seen = new Set<string>();
  const put = (place: Place, word: string): void => {
    if (word !== '') words.set(place, (words.get(place) ?? new Set()).add(cut(word)));
  };
  const add = (place: Place, found: readonly string[]): void => {
    for (const word of found) if (!seen.has(word)) put(place, word);
    for (const word of found) seen.add(word);
  };
  add('l', wordsOf(last));
  if (preposition !== '')
    add(
      'l',
      spellings(`${preposition}${last}`).map((name) => split(name).join('')),
    );
  add('f', wordsOf(first));
  const [city, zip, reference] = [joined(customer.city), joined(customer.zip), joined(externalId ?? '')];
  add('o', wordsOf(preposition));
  // An address holds no blanks: as a whole it is one word.
  add('o', [fold(email), ...split(fold(email))]);
  add(
    'o',
    [...wordsOf(customer.city), ...wordsOf(externalId ?? '')].filter((word) => word !== city && word !== reference),
  );
  add(
    'o',
    [...split(fold(customer.zip)), /\d(\p{L}+)$/u.exec(zip)?.[1] ?? ''].filter((word) => !zip.startsWith(word)),
  );
  add('o', [...wordsOf(customer.address), ...wordsOf(customer.house_nr), String(customerId)]);
  put('c', city);
  put('z', zip);
  put('x', reference);
  const text = textOf(words);
  const digits = phoneDigits(customer.phone);
  put('p', digits);
  for (const end of innerEnds(digits)) put('q', end);
  const given = `\t${split(foldLetters(first)).join(' ')}`;
  return {
    words,
    text,
    nameNl: split(foldLetters(last)).join(' ') + given,
    nameBe: split(foldLetters(`${preposition} ${last}`)).join(' ') + given,
  };
}

/** Each word behind a line break, its place and a tab, which no word can hold; a line break at the end. */
function textOf(words: ReadonlyMap<Place, ReadonlySet<string>>): string {
  const lines = [...words].flatMap(([place, found]) => [...found].map((word) => `\n${place}\t${word}`));
  return `${lines.join('')}\n`;
}

/** Does a word of the text begin like this, at the place? */
export const isWordIn = (text: string, start: string, place: Place): boolean => text.includes(`\n${place}\t${start}`);
