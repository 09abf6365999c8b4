import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Store } from '../../db/store.ts';
import { ProblemError } from '../../http/problem.ts';

/**
 * For the machine that watches: does the process run, and is it to be sent requests? `isLeaving` says that it is about
 * to stop.
 */
export function healthRoutes(app: FastifyInstance, store: Store, log: Logger, isLeaving: () => boolean): void {
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async () => {
    if (isLeaving()) throw new ProblemError('unavailable', { message: 'This process is about to stop.' });
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
