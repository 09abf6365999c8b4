/** Serves the files of the console. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Files } from '../../http/files.ts';
import { unknownPath } from '../../http/wire/methods.ts';
import { fileHeaders, notBuiltAnswer, pageAnswer } from './page.ts';

/**
 * Serves the console as it was built; without a build, a page that says so. `/console` and all pages below it are one
 * file.
 */
export function consoleRoutes(app: FastifyInstance, folder: string): void {
  const index = readIndex(folder);
  if (index !== undefined) files(app, folder);
  const page = (reply: FastifyReply): FastifyReply => {
    const { headers, body } = index === undefined ? notBuiltAnswer : pageAnswer(index);
    return reply
      .code(index === undefined ? 404 : 200)
      .headers(headers)
      .send(body);
  };
  // A person who types the address of the service is led to a page.
  app.get('/', (_request, reply) => reply.redirect(index === undefined ? '/docs' : '/console'));
  app.get('/console', (_request, reply) => page(reply));
  app.get<{ Params: { '*': string } }>('/console/*', (request, reply) => {
    // A file that does not exist, not the address of a page.
    if (/\.[^/]*$/.test(request.params['*'])) throw unknownPath(request.method, request.url);
    return page(reply);
  });
}

/** The page, if the console was built. */
function readIndex(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'index.html'), 'utf8');
  } catch {
    return undefined;
  }
}

/** What the page loads: below `assets` the name of a file holds its hash, so that it never changes. */
function files(app: FastifyInstance, folder: string): void {
  const assets = new Files(join(folder, 'assets'));
  app.get<{ Params: { name: string } }>('/console/assets/:name', (request, reply) =>
    assets.send(request.params.name, request, reply.headers(fileHeaders), { maxAge: '365d', immutable: true }),
  );
  const others = new Files(folder);
  for (const name of others.names.filter((name) => name !== 'index.html')) {
    app.get(`/console/${name}`, (request, reply) =>
      others.send(name, request, reply.headers(fileHeaders), { maxAge: '1h' }),
    );
  }
}
