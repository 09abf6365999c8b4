/** Any texts, for tests of properties. */
import fc from 'fast-check';

/**
 * Any code point but a surrogate. (The unit `binary` of the library is the same, and takes two seconds to make a table
 * of them all, so that it can shrink texts that it did not make.)
 */
const codePoint = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((code) => String.fromCodePoint(code));

export const anyText = (maxLength: number): fc.Arbitrary<string> => fc.string({ unit: codePoint, maxLength });
