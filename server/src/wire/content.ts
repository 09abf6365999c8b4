/** Which bodies are read: of which types, in which codings, how large. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from '../problem.ts';
import { isReceiving } from '../upload.ts';
import { type Body, parseForm, parseJson } from './body.ts';

export const MAX_BODY_BYTES = 1024 * 1024;

/** Makes an app read bodies as JSON or as a form, and refuse every other kind. */
export function bodyParsers(server: FastifyInstance): void {
  server.addHook('preParsing', (request, reply, payload, done) => {
    const refusal = refusalOfBody(request);
    // The key is good and nothing speaks against the body: only now is a caller that waits told to send it.
    if (refusal === undefined && request.headers.expect !== undefined) reply.raw.writeContinue();
    done(refusal, payload);
  });
  server.removeAllContentTypeParsers();
  accept(server, 'application/json', parseJson);
  accept(server, 'application/x-www-form-urlencoded', parseForm);
  // A content type with nothing behind it is no body of that type.
  server.addContentTypeParser('*', (request, _payload, done) => {
    done(hasBody(request) ? new ProblemError('unsupported-media-type') : null, undefined);
  });
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;

function accept(server: FastifyInstance, contentType: string, parse: (bytes: Buffer) => Body): void {
  server.addContentTypeParser(contentType, { parseAs: 'buffer' }, async (_request: FastifyRequest, bytes: Buffer) =>
    parse(bytes),
  );
}

/** What can be said against a body before it is read. */
function refusalOfBody(request: FastifyRequest): ProblemError | undefined {
  if (request.method === 'GET' || request.method === 'HEAD' || !hasBody(request)) return undefined;
  // What speaks against a file, who receives it says.
  if (isReceiving(request.raw.socket)) return undefined;
  const charset = /;\s*charset="?([^";\s]*)/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) return new ProblemError('unsupported-media-type');
  if (Number(request.headers['content-length']) > MAX_BODY_BYTES) return new ProblemError('content-too-large');
  return undefined;
}
