/** Multipart forms, as PHP's cURL sends an array: https://www.rfc-editor.org/rfc/rfc7578 */
import { isUtf8 } from 'node:buffer';
import { setImmediate as turn } from 'node:timers/promises';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { ProblemError } from '../problem.ts';
import type { Body } from './body.ts';
import { formOf } from './form.ts';

/** A customer has 13 fields, and at most 250 client-types. */
const MAX_PARTS = 1000;
/** How much is parsed at a time, in under a millisecond. */
const PIECE_BYTES = 16 * 1024;
const MAX_PART_HEADER_BYTES = 8 * 1024;

const badRequest = (message: string) => new ProblemError('bad-request', { message });

/** Reads a form whose parts are plain fields; a file is refused. */
export async function parseMultipart(bytes: Uint8Array, contentType: string): Promise<Body> {
  if (bytes.length === 0) return formOf([]);
  const fields = await fieldsOf(bytes, openParser(contentType, bytes.length));
  if (!isUtf8(bytes)) throw badRequest('The body is not UTF-8.');
  return formOf(fields);
}

async function fieldsOf(bytes: Uint8Array, parser: BusboyInstance): Promise<[name: string, value: string][]> {
  const fields: [name: string, value: string][] = [];
  const { promise, resolve, reject } = Promise.withResolvers<typeof fields>();
  let isOver = false;
  promise
    .catch(() => {})
    .finally(() => {
      isOver = true;
    });
  parser.on('field', (name: string | undefined, value) => {
    if (name === undefined) reject(badRequest('A part of the form has no name.'));
    else fields.push([name, value]);
  });
  parser.on('file', (name: string | undefined, file) => {
    file.on('error', () => {}).resume();
    const message = `The part ${JSON.stringify(name?.slice(0, 100) ?? '')} is a file, and no file is taken here.`;
    reject(new ProblemError('unsupported-media-type', { message }));
  });
  parser.on('partsLimit', () => reject(badRequest(`There are more than ${MAX_PARTS} parts.`)));
  parser.on('error', () => reject(badRequest('The body is no well-formed multipart/form-data.')));
  // The parser may finish before the last piece, when the form ends.
  parser.on('finish', () => resolve(fields));
  for (let start = 0; start < bytes.length && !isOver; start += PIECE_BYTES) {
    parser.write(bytes.subarray(start, start + PIECE_BYTES));
    // Requests that arrived meanwhile go first.
    await turn();
  }
  parser.end();
  return promise;
}

/** RFC 2046: 1 to 70 of these, in quotes where they need it. */
const BOUNDARY = /;\s*boundary=(?:"([\w'()+,./:=? -]{1,70})"|([\w'()+,./:=?-]{1,70})\s*(?:;|$))/i;

function openParser(contentType: string, maxBytes: number): BusboyInstance {
  const [, quoted, bare] = BOUNDARY.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) throw badRequest('The Content-Type multipart/form-data does not say its boundary.');
  // Only a boundary that was understood: for an empty one the library would wait forever.
  const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` };
  return new Busboy({ headers, limits: { parts: MAX_PARTS, fieldSize: maxBytes, headerSize: MAX_PART_HEADER_BYTES } });
}
