/** Checks who imports whom, by the table of rooms.ts: `npm run check:arrows`. */
import { globSync } from 'node:fs';
import { dirname, join, matchesGlob, normalize } from 'node:path';
import { type Import, importsOf } from './imports.ts';
import { type Room, rooms } from './rooms.ts';

const SOURCES = '{sdk,server,console}/src/**/*.{ts,tsx}';

const roomOf = (file: string): Room | undefined =>
  rooms.find(({ files }) => files.some((pattern) => matchesGlob(file, pattern)));

/** What an import reaches, by its name in the table; `undefined` for what is not code. */
function targetOf(file: string, { from }: Import): string | undefined {
  if (from.endsWith('.css')) return undefined;
  if (from.startsWith('node:')) return 'node';
  if (!from.startsWith('.'))
    return from
      .split('/')
      .slice(0, from.startsWith('@') ? 2 : 1)
      .join('/');
  const path = normalize(join(dirname(file), from));
  return roomOf(path)?.name ?? path;
}

function faultsOf(file: string): string[] {
  const room = roomOf(file);
  if (room === undefined) return [`${file} belongs to no room of scripts/rooms.ts.`];
  const { name, may } = room;
  return importsOf(file).flatMap((one) => {
    const target = targetOf(file, one);
    if (target === undefined || target === name || may.includes(target)) return [];
    if (one.isType && may.includes(`types of ${target}`)) return [];
    const what = may.includes(`types of ${target}`) ? `only types of "${target}"` : `nothing of "${target}"`;
    return [`${file} imports ${one.from}: "${name}" may import ${what}.`];
  });
}

const files = globSync(SOURCES).filter((file) => !file.endsWith('.test.ts'));
const faults = files.flatMap(faultsOf);
for (const fault of faults) console.error(fault);
console.log(`${files.length} files in ${rooms.length} rooms; ${faults.length} arrows that the table does not allow.`);
process.exitCode = faults.length === 0 ? 0 : 1;
