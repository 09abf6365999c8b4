import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { version } from '../../version.ts';
import { openApiDocument } from './openapi.ts';
import { page, setUp, style } from './page.ts';

/** All comes from us, and nothing may be fetched from elsewhere. Swagger UI sets styles from its script. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

const assets = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** The OpenAPI document, and the page that renders it. */
export function docsRoutes(app: FastifyInstance): void {
  const document = JSON.stringify(openApiDocument(version));
  app.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(document));

  const root = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
  app.register(fastifyStatic, { root, serve: false, maxAge: '1d' });
  app.get('/docs', (_request, reply) =>
    reply.header('content-security-policy', CONTENT_SECURITY_POLICY).type('text/html; charset=utf-8').send(page),
  );
  app.get('/docs/set-up.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(setUp));
  app.get('/docs/foyer.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(style));
  for (const asset of assets) app.get(`/docs/${asset}`, (_request, reply) => reply.sendFile(asset));
}
