/** What is typed at a box office, made from existing visitors: the same queries in every run. Pure. */
import { visitor } from './visitors.ts';

export interface Typed {
  readonly kind: string;
  readonly text: string;
}

type Kind = readonly [name: string, make: (of: ReturnType<typeof visitor>) => string];

const beginning = (text: string, length: number): string => text.slice(0, length);
/** Two letters swapped in the middle. */
const mistyped = (text: string): string => {
  const at = Math.max(1, (text.length >> 1) - 1);
  return text.slice(0, at) + (text[at + 1] ?? '') + (text[at] ?? '') + text.slice(at + 2);
};
const words = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');

const kinds: readonly Kind[] = [
  ['2 letters', ({ lastName }) => beginning(lastName, 2)],
  ['3 letters', ({ lastName }) => beginning(lastName, 3)],
  ['4 letters', ({ lastName }) => beginning(lastName, 4)],
  ['first name', ({ firstName }) => firstName],
  ['last name', ({ lastName }) => lastName],
  ['with preposition', ({ preposition, lastName }) => words(preposition, lastName)],
  ['typed together', ({ preposition, lastName }) => `${preposition}${lastName}`.replaceAll(' ', '')],
  ['first and last', ({ firstName, lastName }) => words(firstName, lastName)],
  ['beginnings', ({ firstName, lastName }) => words(beginning(firstName, 2), beginning(lastName, 3))],
  ['last and city', ({ lastName, city }) => words(lastName, city)],
  ['whole name', ({ firstName, preposition, lastName }) => words(firstName, preposition, lastName)],
  ['name and city', ({ preposition, lastName, city }) => words(preposition, lastName, city)],
  ['e-mail', ({ email }) => email],
  ['begun e-mail', ({ email }) => beginning(email, 9)],
  ['telephone', ({ phone }) => (phone === '' ? '0612345678' : `${phone.slice(0, 2)}-${phone.slice(2)}`)],
  ['end of telephone', ({ phone }) => (phone === '' ? '4321' : phone.slice(-5))],
  ['postal code', ({ zip }) => zip.replace(' ', '')],
  ['postal code and number', ({ zip, houseNr }) => words(zip, houseNr)],
  ['street and number', ({ address }) => address],
  ['typing error', ({ lastName }) => mistyped(lastName)],
  ['typing error and first name', ({ firstName, lastName }) => words(firstName, mistyped(lastName))],
  ['none', ({ lastName }) => `${lastName.slice(0, 3)}qxzw`],
];

/** A number of queries, of all kinds in turn. */
export function typedQueries(count: number, customers: number): Typed[] {
  return Array.from({ length: count }, (_, index) => {
    const [kind, make] = kinds[index % kinds.length] as Kind;
    return { kind, text: make(visitor(1 + ((index * 7919) % customers))) };
  });
}
