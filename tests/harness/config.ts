/** The settings of a service under test; its webhooks may call the test itself. */

import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
  corsOrigins: [],
  trustedProxies: false,
  limits: { rate: 'off', readersOfKey: 100, readers: 5000 },
  consoleFolder: fileURLToPath(new URL('../../console/dist', import.meta.url)),
  imports: { folder: importFolder(database), maxBytes: 64 * 1024 * 1024 },
  metrics: undefined,
  stopDelaySeconds: 0,
  traces: undefined,
});

/** Beside the database file; with PostgreSQL one for each database. */
export const importFolder = (database: DatabaseConfig): string =>
  database.engine === 'sqlite'
    ? join(dirname(database.path), 'imports')
    : join(tmpdir(), `foyer-imports-${new URL(database.url).pathname.slice(1)}`);
