/** Which form of an answer a caller likes best: https://www.rfc-editor.org/rfc/rfc9110#section-12 */
import Negotiator from 'negotiator';

/** A longer wish is none: the library takes a tenth of a second for one of 16 KiB. */
const MAX_CHARACTERS = 1000;

/**
 * Parameters, save the weight and the one in which our forms differ: whoever asks for `text/csv; charset=utf-8` means `text/csv`,
 * which to the library would be another.
 */
const PARAMETERS = /;\s*(?!(?:q|dialect)\s*=)[^;,="\s]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^;,"]*)/gi;

/** The best of some media types, the first when they are all the same to the caller; none when it takes none of them. */
export function preferredType<T extends string>(accept: string | undefined, types: readonly T[]): T | undefined {
  const negotiator = new Negotiator({ headers: { accept: readable(accept)?.replace(PARAMETERS, '') } });
  // What cannot be read asks for nothing.
  if (negotiator.mediaTypes().length === 0) return types[0];
  return negotiator.mediaType([...types]) as T | undefined;
}

/** The best of some codings; none when the caller wants the answer as it is. */
export const preferredCoding = (accept: string | undefined, codings: readonly string[]): string | undefined =>
  new Negotiator({ headers: { 'accept-encoding': readable(accept) } }).encoding([...codings]);

const readable = (header: string | undefined): string | undefined =>
  header !== undefined && header.length <= MAX_CHARACTERS ? header : undefined;
