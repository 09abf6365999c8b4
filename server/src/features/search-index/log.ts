import type { Logger } from 'pino';
import type { IndexObserver } from './indexer.ts';

/** Logs the progress of the index of the search. */
export const indexLog = (log: Logger): IndexObserver => ({
  progress: (client, made, of) =>
    log.info({ client, made, of, percent: Math.floor((100 * made) / of) }, 'making the index of the search'),
  done: (client, customers) => log.info({ client, customers }, 'the index of the search is made'),
  failed: (client, err) => log.error({ client, err }, 'the index of the search could not be brought up to date'),
});
