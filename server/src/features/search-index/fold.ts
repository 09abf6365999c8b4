/** Text without what people type in different ways: case, marks, and the pairs that Dutch, German and Danish people swap. Pure. */

/** Letters that are not a plain one with a mark, as those type them who do not have them. */
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
/** As a German, a Dane or a Serb writes them without the marks. */
const spelledOut: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe', đ: 'dj' };

// Most texts are plain: they take the short way, which costs a tenth.
// biome-ignore lint/suspicious/noControlCharactersInRegex: plain ASCII
const PLAIN = /^[\u0000-\u007f]*$/;

/** Small letters without marks: the order of names goes by them. */
export function foldLetters(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[ßøæœđðłþıς]/g, (letter) => plain[letter] ?? letter);
}

/** The same, with `y` as `ij`: the search compares by them. */
export const fold = (text: string): string => foldLetters(text).replaceAll('y', 'ij');

/** Folded, and where it has an umlaut also as that is spelled out: `Müller` is `muller` and `mueller`. */
export function spellings(text: string): string[] {
  if (PLAIN.test(text)) return [fold(text)];
  const small = text.normalize('NFC').toLowerCase();
  const out = small.replaceAll(/[äöüåøđ]/g, (letter) => spelledOut[letter] ?? letter);
  return out === small ? [fold(text)] : [fold(text), fold(out)];
}

/** The words of a folded text: letters and digits of any script. */
export function split(text: string): string[] {
  const words = PLAIN.test(text) ? text.split(/[^a-z0-9]+/) : text.split(/[^\p{L}\p{N}]+/u);
  return words.filter((word) => word !== '');
}
