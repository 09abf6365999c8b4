/** Which bodies are read: their types, content codings and sizes. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from './problem.ts';
import { MAX_BODY_BYTES } from './sizes.ts';
import { isReceiving } from './upload.ts';
import { type Body, parseJson } from './wire/body.ts';
import { codingOf, unpack } from './wire/coding.ts';
import { parseForm } from './wire/form.ts';
import { parseMultipart } from './wire/multipart.ts';

const readers: Readonly<Record<string, (bytes: Uint8Array, contentType: string) => Body | Promise<Body>>> = {
  'application/json': parseJson,
  'application/x-www-form-urlencoded': parseForm,
  'multipart/form-data': parseMultipart,
};

/** Makes an app read bodies as JSON or as a form, and refuse every other kind. */
export function bodyParsers(server: FastifyInstance): void {
  server.addHook('preParsing', async (request, reply) => {
    if (request.method === 'GET' || request.method === 'HEAD' || !hasBody(request)) return;
    // The code that receives a file says what is wrong with it.
    if (!isReceiving(request.raw.socket)) refuseEarly(request);
    // The key is valid and nothing speaks against the body: only now is a waiting caller told to send it.
    if (request.headers.expect !== undefined) reply.raw.writeContinue();
  });
  server.removeAllContentTypeParsers();
  for (const [type, read] of Object.entries(readers)) {
    server.addContentTypeParser(type, { parseAs: 'buffer' }, async ({ headers }: FastifyRequest, sent: Buffer) => {
      const coding = codingOf(headers['content-encoding']);
      const bytes = coding === undefined ? sent : await unpack(sent, coding, MAX_BODY_BYTES);
      return read(bytes, headers['content-type'] ?? '');
    });
  }
  // A content type without a body is not a body of that type.
  server.addContentTypeParser('*', (request, _payload, done) => {
    done(hasBody(request) ? new ProblemError('unsupported-media-type') : null, undefined);
  });
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;

/** What can be wrong with a body before it is read. */
function refuseEarly({ headers }: FastifyRequest): void {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').split(';');
  if (!Object.hasOwn(readers, type.trim().toLowerCase())) throw new ProblemError('unsupported-media-type');
  const charset = parameters.map((text) => /^\s*charset\s*=\s*"?([^"\s]*)/i.exec(text)?.[1]).find(Boolean);
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) throw new ProblemError('unsupported-media-type');
  codingOf(headers['content-encoding']);
  if (Number(headers['content-length']) > MAX_BODY_BYTES) throw new ProblemError('content-too-large');
}
