/** What is wrong with the disks of this machine. Pure. */
import type { Finding } from './finding.ts';

const MIB = 1024 * 1024;
const mib = (bytes: number): string => `${Math.floor(bytes / MIB)} MiB`;

export interface Room {
  readonly folder: string;
  readonly free: number;
}

/** Is there room for a backup, or for a migration that rebuilds a table? */
export function databaseRoom({ folder, free }: Room, size: number): Finding[] {
  if (free >= size) return [];
  const what = `${folder} has ${mib(free)} free, and the database takes ${mib(size)}`;
  return [{ check: 'disk', what, advice: 'A migration or a backup beside it may need as much again: make room.' }];
}

/** Is there room for the largest file that may be sent? */
export function importRoom({ folder, free }: Room, maxBytes: number): Finding[] {
  if (free >= maxBytes) return [];
  const what = `${folder} has ${mib(free)} free, and a file of ${mib(maxBytes)} may be sent for import`;
  return [{ check: 'disk', what, advice: 'Make room, let IMPORT_DIR be elsewhere, or lower IMPORT_MAX_MB.' }];
}

// https://man7.org/linux/man-pages/man2/statfs.2.html
const remote: Readonly<Record<number, string>> = {
  26985: 'NFS',
  20859: 'SMB',
  4283649346: 'CIFS',
  4266872130: 'SMB',
  16914839: '9P',
};

/** Is the SQLite file on another machine? Judged by the type of its file system. */
export function fileSystem(folder: string, type: number): Finding[] {
  const name = remote[type];
  if (name === undefined) return [];
  const what = `${folder} is on a network file system (${name})`;
  return [{ check: 'file', what, advice: 'SQLite may be damaged there: move the database to a local disk.' }];
}
