/** Database files that nobody but their owner can read: they hold personal data, and the secrets of webhooks. */
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

const isThereAlready = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EEXIST';

/** Makes a folder and those above it. Not by `recursive`, with which Node tries for ever where nothing can be made, as in /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: FOLDER_MODE });
  } catch (error) {
    if (!isThereAlready(error)) throw error;
  }
}

/**
 * Makes a file for a database, with its folder, where there is none. SQLite gives the files that it makes beside it (`-wal`, `-shm`)
 * the same mode. Throws what is in the way of reading and writing it. What exists keeps its mode.
 */
export function makePrivateFile(path: string): void {
  makeFolder(dirname(path));
  try {
    // Never one that exists: to close it would let go of the locks that this process holds on it.
    closeSync(openSync(path, 'wx', FILE_MODE));
  } catch (error) {
    if (!isThereAlready(error)) throw error;
  }
  if (statSync(path).isDirectory()) throw new Error('it is a folder');
  // SQLite says of all these that it is unable to open the file.
  accessSync(path, constants.R_OK | constants.W_OK);
}

const READ_BITS = 0o044;
/** The right to pass through a folder, three bits below the right to read a file of the same group or of the others. */
const PASS_BITS = 0o011;

/** May others on this machine read the file? They must also be let into its folder. */
export function isOpenToOthers(path: string): boolean {
  // On Windows modes say nothing.
  if (process.platform === 'win32') return false;
  const readers = statSync(path).mode & READ_BITS;
  const passers = statSync(dirname(path)).mode & PASS_BITS;
  return ((readers >> 2) & passers) !== 0;
}
