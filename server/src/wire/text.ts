/** Text as Foyer keeps and compares it. Pure. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that no field may hold
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Trimmed and in NFC; `undefined` when it holds control characters or lone surrogates. */
export function cleanText(text: string): string | undefined {
  const clean = text.trim().normalize('NFC');
  return CONTROL.test(clean) || !clean.isWellFormed() ? undefined : clean;
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

/**
 * The text without its case: two texts that differ only in case fold to the same one. Lower, upper and lower again,
 * since `ẞ` and `ß`, or the two small sigmas, meet only there. The dotless `ı` stays itself: its capital is that
 * of `i`, but it is another letter, and an address with it belongs to somebody else.
 */
export function foldCase(text: string): string {
  const folded = text.toLowerCase();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: plain ASCII needs no more
  if (/^[\u0000-\u007f]*$/.test(folded)) return folded;
  return folded
    .split('ı')
    .map((part) => part.toUpperCase().toLowerCase())
    .join('ı')
    .normalize('NFC');
}
