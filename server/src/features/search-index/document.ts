/** A customer as the search knows it: its words and their places. Pure. */
import type { NameOrder } from '../clients/tables.ts';
import type { CustomerColumns } from '../customers/columns.ts';
import { fold, foldAddress, foldLetters, spellings, split } from './fold.ts';
import { innerEnds, phoneDigits } from './phone.ts';
import { isPreposition } from './prepositions.ts';

/** Incremented when customers are turned into different words than before: every index is then rebuilt. */
export const RULES = 1;

/**
 * The place of a word: in the last name, the first name, or elsewhere; the city, the zip and the external id as typed
 * together; a telephone number, and its endings.
 */
export type Place = 'l' | 'f' | 'o' | 'c' | 'z' | 'x' | 'p' | 'q';

/** The places where the words of a query are searched; digits also in telephone numbers. */
export const wordPlaces: readonly Place[] = ['l', 'f', 'o', 'c', 'z', 'x'];

/** Longer words are truncated, in customers and in queries alike. */
const LONGEST = 64;
/** How many words of a name are joined at most. */
const MOST_JOINED = 6;

/**
 * How many letters of a sort key are kept; among names that begin with the same ones the number decides. PostgreSQL
 * takes 2,704 bytes into an index, and a letter has up to four. A cursor that holds the key must fit into a URL.
 */
const MOST_OF_NAME = 300;

/** Not within a letter of two code units: PostgreSQL refuses half of one. */
export const cut = (word: string): string =>
  word.length > LONGEST ? word.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '') : word;

/** The text without spaces: `8011 MC` is `8011mc`, `'s-Hertogenbosch` is `shertogenbosch`. */
export const joined = (text: string): string => cut(split(fold(text)).join(''));

/** The words of a text in all their spellings, and all of it joined. */
function wordsOf(text: string): string[] {
  return inSpellings(text, (words) => (words.length > 1 ? [...words, words.join('')] : words));
}

/** The words of a name, and the rest of the name from each of them joined: `dewael` in `Vos-de Wael`. */
function nameWordsOf(text: string): string[] {
  return inSpellings(text, (words) => {
    if (words.length < 2) return words;
    const joins = words.slice(0, Math.min(MOST_JOINED, words.length - 1)).map((_, at) => words.slice(at).join(''));
    return [...words, ...joins];
  });
}

/** What is made of the words of a text in each of its spellings; usually there is one. */
function inSpellings(text: string, make: (words: string[]) => string[]): string[] {
  const [first = '', ...others] = spellings(text);
  const made = make(split(first));
  return others.length === 0 ? made : [...made, ...others.flatMap((other) => make(split(other)))];
}

/** `van der`, abbreviated: `vd`. */
function initialsOf(preposition: string): string {
  const words = split(fold(preposition));
  return words.length > 1 ? words.map(([first = '']) => first).join('') : '';
}

/** The same of a last name that begins with prepositions: `van der Molen` is `vd` and `molen`. */
function abbreviated(last: string): { initials: string; name: string } {
  if (!last.includes(' ')) return { initials: '', name: '' };
  const words = split(fold(last));
  const count = words.findIndex((word) => !isPreposition(word));
  if (count < 2) return { initials: '', name: '' };
  return {
    initials: words
      .slice(0, count)
      .map(([first = '']) => first)
      .join(''),
    name: words.slice(count).join(''),
  };
}

/** A customer as words. */
export interface Document {
  /** By place; a word of a name or of the rest only at the place where it counts most. */
  readonly words: ReadonlyMap<Place, readonly string[]>;
  /** The sort key of the name: without the preposition in the Netherlands, with it in Belgium. */
  readonly name: string;
}

export function documentOf(customer: CustomerColumns, customerId: number, nameOrder: NameOrder): Document {
  const { preposition, last_name: last, first_name: first, email, external_id: externalId } = customer;
  // Arrays, not sets: of so few words they take a third of the time.
  const words = new Map<Place, string[]>();
  const seen: string[] = [];
  const put = (place: Place, whole: string): void => {
    if (whole === '') return;
    const word = cut(whole);
    const found = words.get(place);
    if (found === undefined) words.set(place, [word]);
    else if (!found.includes(word)) found.push(word);
  };
  const add = (place: Place, found: readonly string[]): void => {
    for (const word of found) if (!seen.includes(word)) put(place, word);
    seen.push(...found);
  };
  add('l', nameWordsOf(last));
  if (preposition === '') {
    const { initials, name } = abbreviated(last);
    add('l', [initials + name]);
    add('o', [initials]);
  } else {
    const whole = spellings(`${preposition}${last}`).map((name) => split(name).join(''));
    const initials = initialsOf(preposition);
    add('l', initials === '' ? whole : [...whole, initials + joined(last)]);
    add('o', [initials]);
  }
  add('f', nameWordsOf(first));
  const [city, zip, reference] = [joined(customer.city), joined(customer.zip), joined(externalId ?? '')];
  add('o', wordsOf(preposition));
  // An e-mail address as a whole is one word.
  add('o', [foldAddress(email), ...split(fold(email))]);
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
  const digits = phoneDigits(customer.phone);
  put('p', digits);
  for (const end of innerEnds(digits)) put('q', end);
  const family = nameOrder === 'nl' ? last : `${preposition} ${last}`;
  return { words, name: cutName(`${split(foldLetters(family)).join(' ')}\t${split(foldLetters(first)).join(' ')}`) };
}

const cutName = (name: string): string =>
  name.length > MOST_OF_NAME ? [...name].slice(0, MOST_OF_NAME).join('') : name;

/** Each word preceded by a line break, its place and a tab, which no word contains; a line break at the end. */
export function textOf({ words }: Document): string {
  let text = '';
  for (const [place, found] of words) for (const word of found) text += `\n${place}\t${word}`;
  return `${text}\n`;
}

/** What the text contains if a word at the place begins with this. */
export const markOf = (start: string, place: Place): string => `\n${place}\t${start}`;

/** Does a word of the text at the place begin with this? */
export const isWordIn = (text: string, start: string, place: Place): boolean => text.includes(markOf(start, place));

/** Words that may be what a mistyped word meant. */
const WORTH_LEARNING = /^\p{L}{4,}$/u;

/** The words of a customer that are kept for comparison with mistyped ones. */
export function worthLearning({ words }: Document): string[] {
  const learned: string[] = [];
  for (const found of words.values()) for (const word of found) if (WORTH_LEARNING.test(word)) learned.push(word);
  return learned;
}
