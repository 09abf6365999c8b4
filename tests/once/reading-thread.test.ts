/** A file that keeps its thread busy for ever, and callers that hang up, hold up nobody else. */
import assert from 'node:assert/strict';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Unavailable } from '../../server/src/db/unavailable.ts';
import { FileFault } from '../../server/src/features/imports/file/fault.ts';
import { inTurn, MOST_LOOKED_AT } from '../../server/src/features/imports/look.ts';
import { inspectFile, readRows } from '../../server/src/features/imports/reader.ts';

const scan = { bytes: 1, isUtf8: true, hasNul: false };
const said = { mapping: {}, setClienttypes: null };
const options = {
  match: 'auto',
  empty: 'keep',
  splitLastNames: false,
  restoreZeros: false,
  setClienttypes: null,
  timeZone: 'UTC',
} as const;

/** A file of so many rows that a thread works on it for a while. */
async function fileIn(folder: string): Promise<string> {
  const path = join(folder, 'rows.csv');
  const rows = Array.from({ length: 50_000 }, (_, at) => `v${at}@x.nl;First;Last\n`);
  await writeFile(path, `email;voornaam;achternaam\n${rows.join('')}`);
  return path;
}

test('a file that takes too long is refused, and its thread ends; others go on', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'foyer-'));
  const path = await fileIn(folder.path);
  const isTooSlow = (error: unknown) => error instanceof FileFault && /takes too long to read/.test(error.message);
  await assert.rejects(inspectFile({ path, scan, said }, { workMs: 0 }), isTooSlow);
  const reading = await inspectFile({ path, scan, said });
  const task = { path, reading, options, behind: 49_990, chunkRows: 10, limit: 1e9 };
  await assert.rejects(Array.fromAsync(readRows(task, { workMs: 0 })), isTooSlow);
  const chunks = await Array.fromAsync(readRows(task));
  assert.equal(
    chunks.reduce((sum, { count }) => sum + count, 0),
    11,
  );
});

test('reading ends when nobody waits for it any more', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'foyer-'));
  const path = await fileIn(folder.path);
  const gone = new AbortController();
  const looking = inspectFile({ path, scan, said }, { signal: gone.signal });
  gone.abort();
  await assert.rejects(looking, Unavailable);
  await assert.rejects(inspectFile({ path, scan, said }, { signal: gone.signal }), Unavailable);
});

test('a few files are looked at at a time; who hangs up leaves the queue', async () => {
  let running = 0;
  let most = 0;
  const ends: (() => void)[] = [];
  const look = (signal?: AbortSignal) =>
    inTurn(signal, async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => ends.push(resolve));
      running -= 1;
    });
  const all = Array.from({ length: MOST_LOOKED_AT }, () => look());
  const gone = new AbortController();
  const left = look(gone.signal);
  all.push(look(), look());
  gone.abort();
  await assert.rejects(left, Unavailable);
  for (let ended = 0; ended < all.length; ended += 1) {
    while (ends.length === 0) await new Promise((resolve) => setImmediate(resolve));
    ends.shift()?.();
  }
  await Promise.all(all);
  assert.deepEqual([most, running], [MOST_LOOKED_AT, 0]);
});
