import { resolve } from 'node:path';
import type { DatabaseConfig } from '../config.ts';
import type { Engine } from './engine.ts';

/** Opens the database that the configuration names. An engine is loaded only if it is used. */
export async function connect(config: DatabaseConfig): Promise<Engine> {
  if (config.engine === 'postgres') return new (await import('./postgres/engine.ts')).PostgresEngine(config);
  return new (await import('./sqlite/engine.ts')).SqliteEngine(resolve(config.path));
}
