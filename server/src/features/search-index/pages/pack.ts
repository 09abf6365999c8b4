/** Words and their customers in pages: see `CustomerWordPageTable`. Pure. */

/** How many words a page has at most. */
const MOST_WORDS = 128;
/** With this many words or fewer, a longer beginning is not worth a page of its own. */
const FEW_WORDS = 32;

/** A word, and the customers that have it, as numbers with commas between. */
export type Entry = readonly [word: string, customers: string];

export interface Page {
  /** All words begin with this. */
  readonly start: string;
  /** A line for each word, and a line for the customers of each. */
  readonly words: string;
  readonly numbers: string;
}

/** The pages of words that are sorted, and begin with the same letter. No two have the same start. */
export function* pagesOf(entries: readonly Entry[]): Generator<Page> {
  const [first, last] = [entries[0]?.[0] ?? '', entries.at(-1)?.[0] ?? ''];
  const length = commonLength(first, last);
  const start = first.slice(0, length);
  if (entries.length <= MOST_WORDS) {
    yield pageOf(start, entries);
    return;
  }
  // What is too little for a page of its own remains in that of the common beginning, as does the beginning itself.
  const rest: Entry[] = first.length === length ? [entries[0] as Entry] : [];
  for (let at = rest.length, end = at; at < entries.length; at = end) {
    const letter = letterAt(entries, at, length);
    while (end < entries.length && letterAt(entries, end, length) === letter) end += 1;
    const those = entries.slice(at, end);
    if (those.length <= FEW_WORDS && rest.length + those.length <= MOST_WORDS) rest.push(...those);
    else yield* pagesOf(those);
  }
  if (rest.length > 0) yield pageOf(start, rest);
}

const pageOf = (start: string, entries: readonly Entry[]): Page => ({
  start,
  words: entries.map(([word]) => word).join('\n'),
  numbers: entries.map(([, customers]) => customers).join('\n'),
});

const letterAt = (entries: readonly Entry[], at: number, place: number): number | undefined =>
  (entries[at] as Entry)[0].codePointAt(place);

/** Of whole letters. */
function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a.codePointAt(length) === b.codePointAt(length)) length += 1;
  return length;
}
