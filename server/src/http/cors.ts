/**
 * Pages of other origins that may call the service with a key of their own; never with the cookie of a staff member.
 */
import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { exposedHeaders } from './wire/headers.ts';

/** As long as Chromium keeps a preflight answer. */
const PREFLIGHT_SECONDS = 7200;

/** Lets in the pages of these origins. They must be able to read refusals too, so this hook comes first. */
export async function allowOrigins(server: FastifyInstance, origins: readonly string[]): Promise<void> {
  const allowed = new Set(origins);
  const optionsOf = ({ headers }: FastifyRequest): FastifyCorsOptions => ({
    origin: headers.origin !== undefined && allowed.has(headers.origin) ? headers.origin : false,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: [...exposedHeaders],
    credentials: false,
    maxAge: PREFLIGHT_SECONDS,
    // OPTIONS without these headers is a method that no path has.
    preflight: headers['access-control-request-method'] !== undefined,
  });
  await server.register(cors, { delegator: (request, done) => done(null, optionsOf(request)) });
}
