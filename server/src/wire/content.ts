/** Which content types a body may have. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from '../problem.ts';
import { type Body, parseForm, parseJson } from './body.ts';

/** Makes an app read bodies as JSON or as a form, and refuse every other kind. */
export function bodyParsers(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  accept(server, 'application/json', parseJson);
  accept(server, 'application/x-www-form-urlencoded', parseForm);
  // A content type with nothing behind it is no body of that type.
  server.addContentTypeParser('*', (request, _payload, done) => {
    const isEmpty = request.headers['transfer-encoding'] === undefined && !Number(request.headers['content-length']);
    done(isEmpty ? null : new ProblemError('unsupported-media-type'), undefined);
  });
}

function accept(server: FastifyInstance, contentType: string, parse: (bytes: Buffer) => Body): void {
  server.addContentTypeParser(contentType, { parseAs: 'buffer' }, (request, bytes, done) => {
    try {
      refuseOtherCharset(request);
      done(null, parse(bytes as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

function refuseOtherCharset(request: FastifyRequest): void {
  const charset = /;\s*charset="?([^";\s]*)/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) throw new ProblemError('unsupported-media-type');
}
