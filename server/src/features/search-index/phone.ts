/** Telephone numbers as the search compares them. Pure. */

/** Country prefixes of neighbouring countries: people write their numbers with and without them. */
const COUNTRY = /^(?:\+|00)(?:31|32|49)/;
/** The same without the plus, as spreadsheets leave it: only in a number as long as one with its country. */
const BARE_COUNTRY = /^(?:31(?=[1-9]\d{8}$)|32(?=[1-9]\d{7,8}$)|49(?=[1-9]\d{8,10}$))/;
/** A number is also found by digits inside it, from this many on. */
export const SHORTEST_INSIDE = 4;

/**
 * The digits of a number, or of its beginning, without country code and trunk prefix: `0612`, `+31612` and `0031612`
 * are `612`.
 */
export function phoneDigits(text: string): string {
  if (COUNTRY.test(text)) return text.replace(COUNTRY, '').replace(/^0/, '');
  return text
    .replace(/^(?:\+|00)/, '')
    .replace(BARE_COUNTRY, '')
    .replace(/^0/, '');
}

/** Every proper ending of a number: digits inside it are the start of one of them. */
export function innerEnds(digits: string): string[] {
  const ends: string[] = [];
  for (let at = 1; digits.length - at >= SHORTEST_INSIDE; at += 1) ends.push(digits.slice(at));
  return ends;
}

/** A number as people write it, with spaces and punctuation, beginning with a 0 or a plus. */
const NUMBER = /(?<![\p{L}\p{N}@.])(?:\+|\(?0)[\d\s()./-]{6,}\d(?![\p{L}\p{N}@])/gu;

/** So many digits without a space between are a whole number: what follows is another, as of a house. */
const WHOLE = /^(\S+)\s+(.*)$/s;
const WHOLE_DIGITS = 10;

/** The text with its telephone numbers reduced to digits, so that each is one word. */
export const joinNumbers = (text: string): string =>
  text.replaceAll(NUMBER, (number) => {
    const [, first = '', rest = ''] = WHOLE.exec(number) ?? [];
    const digits = first.replaceAll(/\D/g, '');
    if (digits.length >= WHOLE_DIGITS) return `${joinNumbers(first)} ${joinNumbers(rest)}`;
    return number.replaceAll(/[^\d+]/g, '');
  });
