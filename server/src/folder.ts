/** Folders that the service makes. */
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it. Not by `recursive`, with which Node loops forever where nothing can be made, as in
 * /proc.
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have been faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Makes a folder, and throws if it is none. */
export function prepareFolder(path: string): void {
  makeFolder(path);
  if (!statSync(path).isDirectory()) throw new Error(`${path} is no folder`);
}

/** Throws if this process may not read and write a file or a folder. */
export const checkAccess = (path: string): void => accessSync(path, constants.R_OK | constants.W_OK);
