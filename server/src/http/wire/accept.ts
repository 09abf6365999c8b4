/**
 * Content negotiation: which format of an answer a caller prefers. https://www.rfc-editor.org/rfc/rfc9110#section-12
 */
import Negotiator from 'negotiator';

/** A longer header is ignored: the library takes a tenth of a second for one of 16 KiB. */
const MAX_CHARACTERS = 1000;

/**
 * Parameters, except the weight and the one in which our formats differ: a caller who asks for `text/csv;
 * charset=utf-8` means `text/csv`, which the library would treat as a different type.
 */
const PARAMETERS = /;\s*(?!(?:q|dialect)\s*=)[^;,="\s]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^;,"]*)/gi;

/** The best of some media types, the first if the caller has no preference; `undefined` if it accepts none of them. */
export function preferredType<T extends string>(accept: string | undefined, types: readonly T[]): T | undefined {
  const negotiator = new Negotiator({ headers: { accept: readable(accept)?.replace(PARAMETERS, '') } });
  // A header that cannot be read asks for nothing.
  if (negotiator.mediaTypes().length === 0) return types[0];
  return negotiator.mediaType([...types]) as T | undefined;
}

/** The best of some codings; `undefined` if the caller wants the answer uncompressed. */
export const preferredCoding = (accept: string | undefined, codings: readonly string[]): string | undefined =>
  new Negotiator({ headers: { 'accept-encoding': readable(accept) } }).encoding([...codings]);

const readable = (header: string | undefined): string | undefined =>
  header !== undefined && header.length <= MAX_CHARACTERS ? header : undefined;
