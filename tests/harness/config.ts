/** The settings of a service under test; its webhooks may call the test itself. */
import { fileURLToPath } from 'node:url';
import type { Config, DatabaseConfig } from '../../server/src/config.ts';

export const testConfig = (database: DatabaseConfig): Config => ({
  host: '127.0.0.1',
  port: 0,
  logLevel: 'silent',
  database,
  historyDays: 400,
  webhooks: { allowHttp: true, allowPrivate: true },
  publicUrl: undefined,
  consoleFolder: fileURLToPath(new URL('../../console/dist', import.meta.url)),
});
