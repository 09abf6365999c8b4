/** The files of a SQLite database, seen from outside: whether they can be opened, and by whom. */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkAccess, prepareFolder } from '../../folder.ts';

/**
 * Makes the folder of a database file, and throws the reason why the file cannot be used: SQLite says only that it is
 * unable to open it.
 */
export function prepareFile(path: string): void {
  const folder = dirname(path);
  prepareFolder(folder);
  const isThere = existsSync(path);
  if (isThere && statSync(path).isDirectory()) throw new Error('it is a folder');
  checkAccess(isThere ? path : folder);
}

const READ_BITS = 0o044;

/** May others on this machine read a file? They must also be let into its folder. */
function isOpenToOthers(path: string): boolean {
  // On Windows modes mean nothing.
  if (process.platform === 'win32' || !existsSync(path)) return false;
  const readers = statSync(path).mode & READ_BITS;
  // The right to pass through a folder is two bits below the right to read, for the group and for all others.
  return ((readers >> 2) & statSync(dirname(path)).mode) !== 0;
}

/** Which files of some databases others on this machine may read, including those that SQLite makes beside them. */
export const openToOthers = (paths: readonly string[]): string[] =>
  paths.flatMap((path) => [path, `${path}-wal`, `${path}-shm`]).filter(isOpenToOthers);
