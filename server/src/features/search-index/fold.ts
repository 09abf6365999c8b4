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
/** As a German or a Dane writes them without the marks. */
const spelledOut: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' };

/** Small letters without marks: the order of names goes by them. */
export const foldLetters = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[ßøæœđðłþıς]/g, (letter) => plain[letter] ?? letter);

/** The same, with `y` as `ij`: the search compares by them. */
export const fold = (text: string): string => foldLetters(text).replaceAll('y', 'ij');

/** Folded, and where it has an umlaut also as that is spelled out: `Müller` is `muller` and `mueller`. */
export function spellings(text: string): string[] {
  const small = text.normalize('NFC').toLowerCase();
  const out = small.replaceAll(/[äöüåø]/g, (letter) => spelledOut[letter] ?? letter);
  return out === small ? [fold(text)] : [fold(text), fold(out)];
}

/** The words of a folded text: letters and digits of any script. */
export const split = (text: string): string[] => text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
