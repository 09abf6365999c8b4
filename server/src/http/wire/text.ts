/** Text as Foyer keeps and compares it. Pure. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that no field may hold
const CONTROL = /[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/;
/**
 * Characters that show nothing: Unicode's own list, white space, the Braille cell without dots, the other controls,
 * those of annotations and hieroglyphs, and the note without a head.
 */
const SHOWS_NOTHING =
  /^[\s\p{Default_Ignorable_Code_Point}\u2800\u0080-\u009f\ufff9-\ufffb\u{13430}-\u{13440}\u{1d159}]*$/u;
const BLANK = /[\s\u200b]/;

/**
 * Trimmed and in NFC, and empty if it shows nothing; `undefined` if it holds control characters, bidirectional controls
 * or lone surrogates.
 */
export function cleanText(text: string): string | undefined {
  const clean = trim(text).normalize('NFC');
  if (CONTROL.test(clean) || !clean.isWellFormed()) return undefined;
  return SHOWS_NOTHING.test(clean) ? '' : clean;
}

/** Without white space around it, nor zero-width spaces, which come along when a text is copied. */
function trim(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && BLANK.test(text.charAt(start))) start += 1;
  while (end > start && BLANK.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** How much white space around a text is trimmed at most. */
const ROOM = 64 * 1024;
/** How many UTF-16 units make one code point of NFC at most: three code points of two units. */
const UNITS_OF_ONE = 6;
/** No valid text has more marks in its longer runs, however long it may be. */
const MOST_MARKS = 1000;
/** How many marks of a run NFC can combine with the letter before it. */
const MARKS_OF_ONE = 3;

/**
 * Is the text certainly longer than `max` code points once it is trimmed and normalised? Asked first, because NFC sorts
 * runs of marks, in time quadratic in their length; this does not.
 */
export function cannotFit(text: string, max: number): boolean {
  if (text.length <= max) return false;
  if (text.length > UNITS_OF_ONE * max + ROOM) return true;
  const trimmed = trim(text);
  return trimmed.length > UNITS_OF_ONE * max || marksThatStay(trimmed) > Math.min(max, MOST_MARKS);
}

/** How many code points of NFC the longer runs of marks make at least. */
function marksThatStay(text: string): number {
  let count = 0;
  for (const [marks] of text.matchAll(/\p{M}{4,}/gu)) {
    let run = 0;
    for (const mark of marks) {
      run = isOrdered(mark) ? run + 1 : 0;
      if (run > MARKS_OF_ONE) count += 1;
    }
  }
  return count;
}

const ordered = new Map<string, boolean>();

/** Does NFC sort it among the marks around it? `U+0345` sorts last. */
function isOrdered(mark: string): boolean {
  let known = ordered.get(mark);
  if (known === undefined) {
    const after = `\u0345${mark}`.normalize('NFD');
    known = mark === '\u0345' || !after.startsWith('\u0345');
    ordered.set(mark, known);
  }
  return known;
}

/** Does the text have more than `max` Unicode code points? */
export function isLongerThan(text: string, max: number): boolean {
  // A code point is one or two units: most texts are short enough by their units already.
  return text.length > max && codePoints(text) > max;
}

export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: plain ASCII
const ASCII = /^[\u0000-\u007f]*$/;

/**
 * The text case-folded: two texts that differ only in case fold to the same one. Letter by letter, and never into other
 * letters: `ß` is not `ss`, `ﬁ` is not `fi`. This is Unicode's simple case folding.
 */
export function foldCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return Array.from(text, foldLetter).join('').normalize('NFC');
}

/** Small, capital and small again, since `ẞ` and `ß`, or the two small sigmas, meet only there. */
function foldLetter(letter: string): string {
  // Its capital is that of `i`, but it is a different letter, and an address with it belongs to somebody else.
  if (letter === 'ı') return letter;
  const small = single(letter.toLowerCase()) ?? letter;
  const capital = single(small.toUpperCase());
  return capital === undefined ? small : (single(capital.toLowerCase()) ?? small);
}

/** The text, if it is one code point. */
const single = (text: string): string | undefined => (codePoints(text) === 1 ? text : undefined);
