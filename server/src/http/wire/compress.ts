/** How long answers are compressed: https://www.rfc-editor.org/rfc/rfc9110#section-8.4 */
import { pipeline, type Readable } from 'node:stream';
import { constants, createBrotliCompress, createGzip, createZstdCompress } from 'node:zlib';
import { preferredCoding } from './accept.ts';

/** A middling level: the highest of brotli would take a hundred times as long. */
const BROTLI_QUALITY = 4;

/** In our order of preference, for a caller that accepts any. */
const encoders = {
  zstd: () => createZstdCompress(),
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: () => createGzip(),
} as const;
type Encoding = keyof typeof encoders;

const known = [...Object.keys(encoders), 'identity'];

/** The stream in the coding that its caller prefers, with the headers that say so. */
export function compress(stream: Readable, accept: string | undefined) {
  const vary = { vary: 'Accept, Accept-Encoding' };
  const encoding = preferredCoding(accept, known);
  if (encoding === undefined || !Object.hasOwn(encoders, encoding)) return { headers: vary, body: stream };
  const encoder = encoders[encoding as Encoding]();
  // An error in either ends both; the reader of the encoder gets it.
  pipeline(stream, encoder, () => {});
  return { headers: { ...vary, 'content-encoding': encoding }, body: encoder };
}
