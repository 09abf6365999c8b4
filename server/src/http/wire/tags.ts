/** Entity tags in the conditions of a request (RFC 9110, 8.8.3 and 13.1). Pure. */

/** What a condition names: any existing version, or these tags, in their quotes. */
export type Tags = '*' | readonly string[];

/**
 * One element of the list, or an empty one; `W/` marks a weak tag. The blanks behind a tag stand with it: two runs of
 * blanks side by side would share one in every possible way.
 */
const ELEMENT = /[ \t]*(?:((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*)?(?:,|$)/y;

/** Reads an `If-Match` or `If-None-Match`; `undefined` if it is neither `*` nor a list of tags. */
export function parseTags(header: string): Tags | undefined {
  if (header.trim() === '*') return '*';
  const tags: string[] = [];
  for (let at = 0; at < header.length; at = ELEMENT.lastIndex) {
    ELEMENT.lastIndex = at;
    const element = ELEMENT.exec(header);
    if (element === null) return undefined;
    if (element[1] !== undefined) tags.push(element[1]);
  }
  return tags.length === 0 ? undefined : tags;
}

/** For a write: a weak tag never matches. */
export const matchesStrongly = (tags: Tags, tag: string): boolean => tags === '*' || tags.includes(tag);

/** For a read: a tag that a proxy has weakened still matches. */
export const matchesWeakly = (tags: Tags, tag: string): boolean =>
  tags === '*' || tags.some((one) => one.replace(/^W\//, '') === tag);
