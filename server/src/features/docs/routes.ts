/** Serves the API reference. */
import { createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { Files } from '../../http/files.ts';
import { compress } from '../../http/wire/compress.ts';
import { version } from '../../version.ts';
import { openApiDocument } from './openapi.ts';
import { page, setUp, style } from './page.ts';

/** Everything comes from us, and nothing may be fetched from elsewhere. Swagger UI sets styles from its script. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

/** The files of Swagger UI: 1.9 MB, a quarter of that compressed. */
const texts = { 'swagger-ui.css': 'text/css', 'swagger-ui-bundle.js': 'text/javascript' } as const;
const ICON = 'favicon-32x32.png';

/** The OpenAPI document, and the page that renders it. */
export function docsRoutes(app: FastifyInstance): void {
  let document: string | undefined;
  app.get('/openapi.json', (_request, reply) => {
    document ??= JSON.stringify(openApiDocument(version));
    return reply.type('application/json; charset=utf-8').send(document);
  });

  const root = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
  const files = new Files(root);
  app.get('/docs', (_request, reply) =>
    reply.header('content-security-policy', CONTENT_SECURITY_POLICY).type('text/html; charset=utf-8').send(page),
  );
  app.get('/docs/set-up.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(setUp));
  app.get('/docs/foyer.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(style));
  for (const [name, type] of Object.entries(texts)) {
    app.get(`/docs/${name}`, (request, reply) => {
      const { headers, body } = compress(createReadStream(join(root, name)), request.headers['accept-encoding']);
      return reply
        .headers({ ...headers, 'cache-control': 'public, max-age=86400' })
        .type(`${type}; charset=utf-8`)
        .send(body);
    });
  }
  app.get(`/docs/${ICON}`, (request, reply) => files.send(ICON, request, reply, { maxAge: '1d' }));
}
