import { resolve } from 'node:path';
import type { DatabaseConfig } from '../config.ts';
import type { Engine } from './engine.ts';
import { SqliteEngine } from './node-sqlite.ts';

/** Opens the database that the configuration names. */
export function connect(config: DatabaseConfig): Engine {
  return new SqliteEngine(resolve(config.path));
}
