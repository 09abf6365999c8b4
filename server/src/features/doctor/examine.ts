/** Checks an installation: every client, the settings and the disks. It only reads; the service may run. */
import { stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config.ts';
import type { Engine } from '../../db/engine.ts';
import { ranAt } from '../../db/migrate.ts';
import { Store } from '../../db/store.ts';
import { Unavailable } from '../../db/unavailable.ts';
import { listClients } from '../clients/queries.ts';
import { examineChanges } from './changes.ts';
import { examineCustomers } from './customers.ts';
import { databaseRoom, fileSystem, importRoom, type Room } from './disk.ts';
import type { Finding } from './finding.ts';
import { examineKeys } from './keys.ts';
import { postgresState } from './queries.ts';
import { examineIndex } from './search-index.ts';
import { postgresFindings, settingsFindings } from './settings.ts';

/** The data of all clients. */
export async function examineClients(engine: Engine, isFull: boolean): Promise<Finding[]> {
  const store = new Store(engine);
  const clients = await store.readInstallation((tx) => tx.all(listClients, {}));
  const since = await ranAt(engine, '0015-key-use');
  const findings: Finding[] = [];
  for (const client of clients) {
    const checks = [
      () => examineChanges(store, client),
      () => examineCustomers(store, client, isFull),
      () => examineIndex(store, client, isFull),
      () => examineKeys(store, client, since),
    ];
    for (const check of checks) findings.push(...(await twice(check)));
  }
  return findings;
}

const ATTEMPTS = 5;
const PAUSE_MS = 1000;

/** Does again what the database could not do just then: it has others to serve. */
async function patiently<T>(work: () => Promise<T>, attempt = 1): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Unavailable) || attempt === ATTEMPTS) throw error;
    await sleep(PAUSE_MS * attempt);
    return patiently(work, attempt + 1);
  }
}

/** What is found during writes may be an intermediate state: it counts only if it is found again. */
async function twice(check: () => Promise<Finding[]>): Promise<Finding[]> {
  const first = await patiently(check);
  if (first.length === 0) return [];
  const again = new Set((await patiently(check)).map(({ check: name }) => name));
  return first.filter(({ check: name }) => again.has(name));
}

export async function examinePostgres(engine: Engine, connections: number): Promise<Finding[]> {
  const { role, openTables, settings } = postgresState;
  return engine.reading('installation', async (connection) => {
    const [ofRole, open, all] = [
      await connection.get(role, []),
      await connection.all(openTables, []),
      await connection.all(settings, []),
    ];
    const state = {
      role: {
        name: String(ofRole?.name),
        passes: isTrue(ofRole?.passes),
        owns: isTrue(ofRole?.owns),
      },
      openTables: open.map(({ name }) => String(name)),
      settings: Object.fromEntries(all.map(({ name, setting }) => [String(name), String(setting)])),
    };
    return postgresFindings(state, connections);
  });
}

const isTrue = (value: unknown): boolean => value === true || value === 't';

/** The settings, and the room on the disks of this machine. */
export async function examineMachine(config: Config): Promise<Finding[]> {
  const { database, imports } = config;
  const findings = settingsFindings(config);
  const forImports = await roomOf(resolve(imports.folder));
  findings.push(...importRoom(forImports, imports.maxBytes));
  if (database.engine === 'postgres') return findings;
  const path = resolve(database.path);
  const beside = await roomOf(dirname(path));
  const sizes = await Promise.all([path, `${path}-wal`].map((file) => stat(file).catch(() => ({ size: 0 }))));
  const size = sizes.reduce((sum, one) => sum + one.size, 0);
  return [...findings, ...fileSystem(dirname(path), beside.type), ...databaseRoom(beside, size)];
}

/** The file system of a folder, or of the nearest existing one above it. */
async function roomOf(folder: string): Promise<Room & { type: number }> {
  try {
    const { bavail, bsize, type } = await statfs(folder);
    return { folder, free: bavail * bsize, type };
  } catch (error) {
    if (dirname(folder) === folder) throw error;
    return roomOf(dirname(folder));
  }
}
