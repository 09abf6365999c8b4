/**
 * Text without what people type differently: case, marks, and the spellings that are interchangeable in Dutch, German
 * and Danish. Pure.
 */

/** Letters that are not a base letter with a mark, as people without them on the keyboard type them. */
const plain: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
};
/** As Germans, Danes and Serbs write them without marks. */
const spelledOut: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe', đ: 'dj' };

// Most texts are plain ASCII: a tenth of the cost.
// biome-ignore lint/suspicious/noControlCharactersInRegex: plain ASCII
const PLAIN = /^[\u0000-\u007f]*$/;

/** Lower-case letters without marks, by which names are ordered. */
export function foldLetters(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[ßøæœđðłþıς]/g, (letter) => plain[letter] ?? letter);
}

/** The same, with `y` as `ij`, by which the search compares. */
export function fold(text: string): string {
  const folded = foldLetters(text);
  return folded.includes('y') ? folded.replaceAll('y', 'ij') : folded;
}

/** An e-mail address as one word: folding makes a space of some characters that are a mark by itself, as `´`. */
export const foldAddress = (text: string): string => fold(text).replaceAll(' ', '');

/** Folded, and if it has an umlaut also with that spelled out: `Müller` is `muller` and `mueller`. */
export function spellings(text: string): string[] {
  if (PLAIN.test(text)) return [fold(text)];
  const small = text.normalize('NFC').toLowerCase();
  const out = small.replaceAll(/[äöüåøđ]/g, (letter) => spelledOut[letter] ?? letter);
  return out === small ? [fold(text)] : [fold(text), fold(out)];
}

const ONE_WORD = /^[a-z0-9]+$/;

/** The words of a folded text: letters and digits of any script. */
export function split(text: string): string[] {
  if (ONE_WORD.test(text)) return [text];
  const words = PLAIN.test(text) ? text.split(/[^a-z0-9]+/) : text.split(/[^\p{L}\p{N}]+/u);
  return words.filter((word) => word !== '');
}
