/** Telephone numbers as the search compares them. Pure. */

/** Of the countries whose people visit each other's theatres: they write their numbers with and without it. */
const COUNTRY = /^(?:\+|00)(?:31|32|49)/;
/** The same without plus, as spreadsheets leave it: of a number that is as long as one with its country is. */
const BARE_COUNTRY = /^(?:31(?=[1-9]\d{8}$)|32(?=[1-9]\d{7,8}$)|49(?=[1-9]\d{8,10}$))/;
/** A number is also found by what stands within it, from so many digits on. */
export const SHORTEST_INSIDE = 4;

/** The digits of a number, or of its beginning, without country and trunk prefix: `0612`, `+31612` and `0031612` are `612`. */
export function phoneDigits(text: string): string {
  if (COUNTRY.test(text)) return text.replace(COUNTRY, '').replace(/^0/, '');
  return text
    .replace(/^(?:\+|00)/, '')
    .replace(BARE_COUNTRY, '')
    .replace(/^0/, '');
}

/** Every end of a number but the whole: what stands within it is the start of one of them. */
export function innerEnds(digits: string): string[] {
  const ends: string[] = [];
  for (let at = 1; digits.length - at >= SHORTEST_INSIDE; at += 1) ends.push(digits.slice(at));
  return ends;
}

/** Blanks and signs in a number as people write it: so many digits, the first a 0 or behind a plus. */
const NUMBER = /(?<![\p{L}\p{N}@.])(?:\+|\(?0)[\d\s()./-]{6,}\d(?![\p{L}\p{N}@])/gu;

/** The text with its telephone numbers in digits only, so that each is one word. */
export const joinNumbers = (text: string): string =>
  text.replaceAll(NUMBER, (number) => number.replaceAll(/[^\d+]/g, ''));
