/** Compressed bodies: https://www.rfc-editor.org/rfc/rfc9110#section-8.4 */
import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { ProblemError } from '../problem.ts';

/** The window that HTTP allows a zstd frame (RFC 9659): 8 MiB. Without a limit it might be 128. */
const ZSTD_WINDOW_LOG = 23;

const zstdOptions = { params: { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } };

interface Limit {
  readonly maxOutputLength: number;
}

interface Coding {
  /** Unpacks a whole body. */
  readonly unpack: (bytes: Uint8Array, limit: Limit) => Promise<Uint8Array>;
  /** Unpacks what passes through it. */
  readonly stream: () => Transform;
}

const unzstd: (bytes: Uint8Array, options: zlib.ZstdOptions) => Promise<Uint8Array> = promisify(zlib.zstdDecompress);

const gzip: Coding = { unpack: promisify(zlib.gunzip), stream: () => zlib.createGunzip() };

const codings: Readonly<Record<string, Coding>> = {
  gzip,
  'x-gzip': gzip,
  br: { unpack: promisify(zlib.brotliDecompress), stream: () => zlib.createBrotliDecompress() },
  zstd: {
    unpack: (bytes, limit) => unzstd(bytes, { ...limit, ...zstdOptions }),
    stream: () => zlib.createZstdDecompress(zstdOptions),
  },
};

/** The coding that a `Content-Encoding` header names, `undefined` for an uncompressed body; refuses others. */
export function codingOf(header: string | undefined): string | undefined {
  const named = (header ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  if (named.length === 0) return undefined;
  const [coding = ''] = named;
  if (named.length === 1 && Object.hasOwn(codings, coding)) return coding;
  throw new ProblemError('unsupported-media-type', {
    message:
      `The Content-Encoding "${named.join(', ').slice(0, 100)}" is not supported; ` +
      'compress the body with gzip, br or zstd, or send it as it is.',
    headers: { 'accept-encoding': 'gzip, br, zstd' },
  });
}

/** The decompressed body; decompression stops at the limit. */
export async function unpack(bytes: Uint8Array, coding: string, maxBytes: number): Promise<Uint8Array> {
  // No bytes are no body, in any coding.
  if (bytes.length === 0) return bytes;
  try {
    return await (codings[coding] as Coding).unpack(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new ProblemError('content-too-large');
    throw new ProblemError('bad-request', { message: `The body cannot be decompressed as ${coding}.` });
  }
}

/** What unpacks a body of that coding as it passes; without a limit of its own. */
export const unpacker = (coding: string): Transform => (codings[coding] as Coding).stream();
