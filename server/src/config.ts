/** The settings: all from the environment, read once; every problem is reported together. */

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Where the data is. */
export interface DatabaseConfig {
  readonly engine: 'sqlite';
  /** The database file, relative to the working directory. */
  readonly path: string;
}

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly database: DatabaseConfig;
  readonly logLevel: LogLevel;
}

/** Settings that cannot be used; the message has a line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new ConfigError(`PORT is "${text}"; give a number from 0 to 65535.`);
  return port;
}

function readLogLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text);
  if (level === undefined) throw new ConfigError(`LOG_LEVEL is "${text}"; give one of ${logLevels.join(', ')}.`);
  return level;
}

function readDatabase(text: string): DatabaseConfig {
  const path = /^sqlite:(?!\/\/)(.+)$/.exec(text)?.[1];
  if (path === undefined || path === ':memory:')
    throw new ConfigError('DATABASE_URL must be sqlite: and the path of a file, as in sqlite:data/foyer.db.');
  return { engine: 'sqlite', path };
}

/** Reads the settings; throws a `ConfigError` that names all that is wrong. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const wrong: string[] = [];
  // A variable that is set to nothing counts as not set, as `FOO= command` means in a shell.
  const setting = <T>(name: string, fallback: T, parse: (text: string) => T): T => {
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
  const config: Config = {
    host: setting('HOST', '127.0.0.1', String),
    port: setting('PORT', 8080, readPort),
    database: setting<DatabaseConfig>('DATABASE_URL', { engine: 'sqlite', path: 'data/foyer.db' }, readDatabase),
    logLevel: setting<LogLevel>('LOG_LEVEL', 'info', readLogLevel),
  };
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
  return config;
}
