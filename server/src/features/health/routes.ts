import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Store } from '../../db/store.ts';
import { ProblemError } from '../../http/problem.ts';

/** For the machine that watches: does the process run, and does its database answer? */
export function healthRoutes(app: FastifyInstance, store: Store, log: Logger): void {
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async () => {
    try {
      await store.ping();
    } catch (cause) {
      log.error({ err: cause }, 'the database does not answer');
      throw new ProblemError('unavailable', {
        message: 'The database does not answer.',
        headers: { 'retry-after': '1' },
      });
    }
    return { status: 'ok' };
  });
}
