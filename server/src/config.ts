/** The settings: all from the environment, read once; every problem is reported together. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from './config-error.ts';
import { type MetricsConfig, readMetrics, readTraces, type TracesConfig } from './config-monitoring.ts';
import { readOrigins, readRateLimit, readReaders, readTrustedProxies, type TrustedProxies } from './config-network.ts';
import { readPort, readSwitch, type Setting } from './config-values.ts';
import type { RateLimit } from './http/limits/rate.ts';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const CONSOLE_FOLDER = fileURLToPath(new URL('../../console/dist', import.meta.url));

/** Where the data is. */
export type DatabaseConfig = SqliteConfig | PostgresConfig;

export interface SqliteConfig {
  readonly engine: 'sqlite';
  /** The database file, relative to the working directory. */
  readonly path: string;
}

export interface PostgresConfig {
  readonly engine: 'postgres';
  readonly url: string;
  /** The database as the owner of the tables reaches it, for migrations. */
  readonly migrateUrl: string;
  /** How many connections a process opens at most. */
  readonly connections: number;
  readonly preparedStatements: boolean;
}

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly database: DatabaseConfig;
  readonly logLevel: LogLevel;
  /** How long changes are kept. */
  readonly historyDays: number;
  readonly webhooks: WebhookConfig;
  /** Where browsers reach the service, without a slash at its end: `https://foyer.theatre.example`. */
  readonly publicUrl: string | undefined;
  /** The origins whose pages may call the service with a key. */
  readonly corsOrigins: readonly string[];
  readonly trustedProxies: TrustedProxies;
  readonly limits: LimitsConfig;
  /** Where the built console is. */
  readonly consoleFolder: string;
  readonly imports: ImportConfig;
  /** Where Prometheus finds the metrics; `undefined` if they are not wanted. */
  readonly metrics: MetricsConfig | undefined;
  /** How long the service goes on after it is told to stop, so that a proxy sees that it is no longer ready. */
  readonly stopDelaySeconds: number;
  /** Where traces are sent; `undefined` if they are not wanted. */
  readonly traces: TracesConfig | undefined;
}

/** How much callers may ask for; for one process, not for all that share a database. */
export interface LimitsConfig {
  /** The limit of a key without one of its own. */
  readonly rate: RateLimit;
  /** How many readers of events and other callers may wait for changes with one key, and in all. */
  readonly readersOfKey: number;
  readonly readers: number;
}

/** Files of customers that are imported. */
export interface ImportConfig {
  /** The folder of files that are being imported; all processes on one database share it. */
  readonly folder: string;
  readonly maxBytes: number;
}

/** What webhooks may call beside https URLs on the public internet. */
export interface WebhookConfig {
  readonly allowHttp: boolean;
  readonly allowPrivate: boolean;
}

function readLogLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text);
  if (level === undefined) throw new ConfigError(`LOG_LEVEL is "${text}"; give one of ${logLevels.join(', ')}.`);
  return level;
}

type Location = SqliteConfig | Pick<PostgresConfig, 'engine' | 'url'>;

/**
 * Reads where a database is; `name` is the name of the setting. The message does not repeat the text: it may hold a
 * password.
 */
export function readLocation(name: string, text: string): Location {
  if (isPostgresUrl(text)) return { engine: 'postgres', url: text };
  const path = /^sqlite:(?!\/\/)(.+)$/.exec(text)?.[1];
  if (path === undefined || path === ':memory:') {
    throw new ConfigError(
      `${name} must be sqlite: and the path of a file, as in sqlite:data/foyer.db, or a postgres:// URL.`,
    );
  }
  return { engine: 'sqlite', path };
}

function isPostgresUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);
}

function readPostgresUrl(text: string): string {
  if (isPostgresUrl(text)) return text;
  throw new ConfigError('DATABASE_MIGRATE_URL must be a postgres:// URL.');
}

function readConnections(text: string): number {
  const connections = Number(text);
  if (/^\d{1,4}$/.test(text) && connections >= 2) return connections;
  throw new ConfigError(`DATABASE_CONNECTIONS is "${text}"; give a number from 2 to 9999.`);
}

function readHistoryDays(text: string): number {
  const days = Number(text);
  if (/^\d{1,5}$/.test(text) && days >= 1) return days;
  throw new ConfigError(`HISTORY_DAYS is "${text}"; give a number from 1 to 99999.`);
}

function readPublicUrl(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.origin === text.replace(/\/$/, '')) return url.origin;
  throw new ConfigError(
    `PUBLIC_URL is "${text}"; give an address without a path, as in https://foyer.theatre.example.`,
  );
}

function readMegabytes(text: string): number {
  const megabytes = Number(text);
  if (/^\d{1,6}$/.test(text) && megabytes >= 1) return megabytes;
  throw new ConfigError(`IMPORT_MAX_MB is "${text}"; give a number from 1 to 999999.`);
}

function readStopDelay(text: string): number {
  const seconds = Number(text);
  if (/^\d{1,2}$/.test(text) && seconds <= 60) return seconds;
  throw new ConfigError(`STOP_DELAY is "${text}"; give a number of seconds from 0 to 60.`);
}

/** Reads the settings; throws a `ConfigError` that names everything that is wrong. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const wrong: string[] = [];
  // A variable that is set to nothing counts as not set, as `FOO= command` means in a shell.
  const setting: Setting = (name, fallback, parse) => {
    const text = env[name]?.trim();
    if (text === undefined || text === '') return fallback;
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      wrong.push(error.message);
      return fallback;
    }
  };
  const location = setting<Location>('DATABASE_URL', { engine: 'sqlite', path: 'data/foyer.db' }, (text) =>
    readLocation('DATABASE_URL', text),
  );
  const migrateUrl = setting<string | undefined>('DATABASE_MIGRATE_URL', undefined, readPostgresUrl);
  const connections = setting('DATABASE_CONNECTIONS', 10, readConnections);
  const preparedStatements = setting('DATABASE_PREPARED_STATEMENTS', true, readSwitch('DATABASE_PREPARED_STATEMENTS'));
  const database: DatabaseConfig =
    location.engine === 'sqlite'
      ? location
      : { ...location, migrateUrl: migrateUrl ?? location.url, connections, preparedStatements };
  const config: Config = {
    host: setting('HOST', '127.0.0.1', String),
    port: setting('PORT', 8080, readPort('PORT')),
    database,
    logLevel: setting<LogLevel>('LOG_LEVEL', 'info', readLogLevel),
    historyDays: setting('HISTORY_DAYS', 400, readHistoryDays),
    webhooks: {
      allowHttp: setting('WEBHOOK_ALLOW_HTTP', false, readSwitch('WEBHOOK_ALLOW_HTTP')),
      allowPrivate: setting('WEBHOOK_ALLOW_PRIVATE', false, readSwitch('WEBHOOK_ALLOW_PRIVATE')),
    },
    publicUrl: setting<string | undefined>('PUBLIC_URL', undefined, readPublicUrl),
    corsOrigins: setting<readonly string[]>('CORS_ORIGINS', [], readOrigins),
    trustedProxies: setting<TrustedProxies>('TRUST_PROXY', false, readTrustedProxies),
    limits: {
      rate: setting<RateLimit>('RATE_LIMIT', 'off', readRateLimit),
      readersOfKey: setting('READERS_PER_KEY', 100, readReaders('READERS_PER_KEY')),
      readers: setting('READERS', 5000, readReaders('READERS')),
    },
    consoleFolder: CONSOLE_FOLDER,
    imports: {
      folder: setting(
        'IMPORT_DIR',
        database.engine === 'sqlite' ? join(dirname(database.path), 'imports') : 'data/imports',
        String,
      ),
      maxBytes: setting('IMPORT_MAX_MB', 512, readMegabytes) * 1024 * 1024,
    },
    metrics: readMetrics(setting),
    stopDelaySeconds: setting('STOP_DELAY', 0, readStopDelay),
    traces: readTraces(setting),
  };
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
  return config;
}
